"""The paths of all pages, for the rules that hold on each."""

OPERATORS = [
    "/operators/users/",
    "/operators/users/usr_1/",
    "/operators/invite/",
    "/operators/events/",
    "/operators/programs/",
]
"""Pages that require the role operator."""

PAGES = [
    "/",
    "/accounts/login/",
    "/accounts/register/",
    "/accounts/password/forgot/",
    "/accounts/code/",
    "/dashboard/",
    "/billing/",
    "/inventory/",
    "/accounts/profile/",
    "/accounts/details/",
    "/accounts/security/",
    "/accounts/sessions/",
    "/accounts/activity/",
    "/accounts/tokens/",
    "/accounts/data/",
    *OPERATORS,
]
