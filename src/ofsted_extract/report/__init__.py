"""Pages for people: one self-contained HTML page per authority, and one over all of them.

- ``records``: rows of the dataset as typed values
- ``names``: what the ids of the schema are called on a page
- ``counts``: findings counted, with the number of sentences they are out of
- ``highlights``: which strengths and weaknesses to quote
- ``authority``, ``national``: the model of each page
- ``copies``: the same letter read twice is shown once
- ``followup``: what later visits say about each recommendation
- ``render``: models to HTML (Jinja, escaping on), styles and scripts inlined under a strict policy
- ``site``: what the command calls: dataset in, files out
"""
