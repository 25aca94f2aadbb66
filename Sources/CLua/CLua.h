#ifndef MOONTIDE_CLUA_H
#define MOONTIDE_CLUA_H
#include <lua.h>
#include <lauxlib.h>
#include <lualib.h>
#endif
