"""What the studio's API sends and takes: values only. The page's types are generated from these.

Times are milliseconds since the epoch, durations milliseconds (both floats: nanoseconds do not fit a browser's
numbers). Lists that can be long are arrays, not objects. Bodies are sent on demand, previews with the structure.
"""
