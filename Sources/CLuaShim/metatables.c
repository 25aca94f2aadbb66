/// `setmetatable`, and metatables that must not die yet.
///
/// A weak table is passed once while the collector marks. One with `__mode` "kv" that gets another metatable after that
/// is not looked at again before the sweep: the new metatable is freed in use (in every 5.4 release). So a metatable
/// that replaces another one is held by a table of the registry as well, which the collector does look at again. A
/// userdata that nothing refers to is finalized at the end of each cycle, empties that table and waits for the next end.
/// A table may lose its metatable first and get the other one later: after such a loss every metatable that is set is
/// kept, to the end of the cycle.
#include "internal.h"

static const char kept_key = 0;

/// What the kept table holds at most before a new one is taken instead of emptying it.
#define MT_KEPT_SMALL 64

/// Cuts the stack to `top`, and forgets the table that stood right above.
static void clear_above(lua_State *L, int top) {
    lua_settop(L, top);
    lua_pushnil(L);
    lua_pop(L, 1);
}

/// Ends a cycle: what was marked in it needs no holding any more. Between the end of the sweep, where finalizers run, and
/// the next start nothing is marked.
static int cycle_ended(lua_State *L) {
    // Setting the metatable again makes it wait for its finalizer again; this allocates nothing.
    lua_getmetatable(L, 1);
    lua_setmetatable(L, 1);
    mt_state *S = mt_state_of(L);
    S->metatable_lost = 0;
    if (S->metatables_kept == 0) return 0;
    if (S->metatables_kept <= MT_KEPT_SMALL) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_key);
        for (lua_pushnil(L); lua_next(L, -2);) {
            lua_pop(L, 1);
            lua_pushvalue(L, -1);
            lua_pushnil(L);
            lua_rawset(L, -4);
        }
    } else {
        lua_newtable(L);  // where this fails for lack of memory, the next end tries it again
        lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_key);
    }
    S->metatables_kept = 0;
    clear_above(L, 1);
    return 0;
}

void mt_open_metatables(lua_State *L) {
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_key);
    lua_newuserdatauv(L, 0, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, cycle_ended);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

/// Holds the metatable at index 2 to the end of the collector's cycle.
static void keep(lua_State *L, mt_state *S) {
    lua_settop(L, 2);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_key);
    lua_pushvalue(L, 2);
    lua_pushboolean(L, 1);
    lua_rawset(L, 3);
    clear_above(L, 2);
    S->metatables_kept++;
}

/// `setmetatable` without `__gc`: a finalizer would run at any allocation, also of the host's. Upvalues: the two names.
static int guarded_setmetatable(lua_State *L) {
    int kind = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, kind == LUA_TNIL || kind == LUA_TTABLE, 2, "nil or table");
    int replaces = lua_getmetatable(L, 1);
    if (replaces) {
        replaces = !lua_rawequal(L, -1, 2);
        lua_pushvalue(L, lua_upvalueindex(2));
        if (lua_rawget(L, -2) != LUA_TNIL) return luaL_error(L, "cannot change a protected metatable");
    }
    mt_state *S = mt_state_of(L);
    if (kind == LUA_TTABLE) {
        lua_pushvalue(L, lua_upvalueindex(1));
        if (lua_rawget(L, 2) != LUA_TNIL)
            return luaL_error(L, "__gc is not available to scripts: use a to-be-closed variable or teardown()");
        if ((replaces || S->metatable_lost) && (S->fences & MT_FENCE_METATABLES)) keep(L, S);
    } else if (replaces) {
        S->metatable_lost = 1;
    }
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

void mt_push_setmetatable(lua_State *L) {
    lua_pushliteral(L, "__gc");
    lua_pushliteral(L, "__metatable");
    lua_pushcclosure(L, guarded_setmetatable, 2);
}

MT_END_OF_FILE
