"""How well loomwork finds: English and Chinese, keywords, meaning and both, beside other tools."""
