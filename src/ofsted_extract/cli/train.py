"""``ofsted-extract train`` and ``evaluate``: for those who label sentences themselves."""
