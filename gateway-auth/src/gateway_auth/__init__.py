"""Edge authentication: each request's credential is validated once, here, and becomes a proven identity.

The modules in the order in which a request meets them: ``protocol`` (repeats are answered from
``verdicts``), ``handler``, ``header_lines``, ``rule``, ``forwarded``, ``credential``, ``cross_site`` (in ``vf_edge``),
``tokens``, ``revocation``, ``assertions``, ``answers``. ``decision`` puts them in a row; nothing else decides.
"""
