"""The trained components: an encoder that reads a letter once, and heads that read its vectors.

    text of the units -> windows -> encoder (onnxruntime) -> one vector per unit -> heads -> Scores

Nothing here needs torch; training lives in ``ofsted_extract.classify.training``.
"""
