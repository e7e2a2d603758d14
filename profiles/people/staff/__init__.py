"""Who runs the site: curators, observers and operators, and how somebody becomes one."""
