"""The trained components: an encoder that reads every unit once, and heads that read its vectors.

    text of a unit -> wordpieces, phrases among them -> encoder (onnxruntime) -> its own vector
    own vector, with those before, after and above it -> context layer -> vector -> heads -> Scores

Nothing here needs torch; training lives in ``ofsted_extract.training``.
"""
