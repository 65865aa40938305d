"""What people read: words in English and Chinese, values as text. Knows no terminal and no page."""
