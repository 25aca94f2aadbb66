/// The script's `coroutine` library.
///
/// A host wait inside a script's own coroutine must reach the host, not the script's `resume`. So these functions pass
/// a host yield outward, and go on inward when the host resumes the outermost one. A coroutine that is parked inside
/// such a chain can be resumed by nobody else. They also count the levels that cannot yield across resumes.
#include "internal.h"

enum { PLAIN = 0, WRAPPED = 1 };

static lua_State *to_coroutine(lua_State *L, int kind) {
    return kind == WRAPPED ? lua_tothread(L, lua_upvalueindex(1)) : lua_tothread(L, 1);
}

static int refuse(lua_State *L, int kind, const char *message) {
    if (kind == WRAPPED) return luaL_error(L, "%s", message);
    lua_pushboolean(L, 0);
    lua_pushstring(L, message);
    return 2;
}

static int go_on(lua_State *L, int status, lua_KContext context);

/// Resumes with `arguments` values that are already on the coroutine's stack.
static int resume_with(lua_State *L, lua_State *co, int arguments, int kind) {
    mt_state *S = mt_state_of(L);
    lua_State *outer = S->running, *outer_stuck = S->stuck;
    int results = 0, stuck = !lua_isyieldable(L);
    S->running = co;
    S->blocked += stuck;
    if (stuck) S->stuck = L;
    mt_arm(S, co);
    int status = lua_resume(co, L, arguments, &results);
    S->blocked -= stuck;
    S->stuck = outer_stuck;
    S->running = outer;
    // The hook belongs to a coroutine: what is pending has to go on where this one was resumed.
    if (mt_is_pending(S)) mt_arm(S, L);
    if (status == LUA_YIELD && S->reason != MT_YIELD_SCRIPT) {
        mt_set_mark(co, 1);
        return lua_yieldk(L, 0, kind, go_on);
    }
    if (status == LUA_OK || status == LUA_YIELD) {
        if (!lua_checkstack(L, results + 1)) {
            lua_pop(co, results);
            return refuse(L, kind, "too many results to resume");
        }
        if (kind == PLAIN) lua_pushboolean(L, 1);
        lua_xmove(co, L, results);
        return results + (kind == PLAIN);
    }
    if (kind == WRAPPED) {
        // As plain Lua does: the failed coroutine is closed, and a text gets the position of the call.
        int after = lua_status(co);
        if (after != LUA_OK && after != LUA_YIELD && !mt_waits_in_handler(co)) {
            if (!mt_may_close(co)) return luaL_error(L, "C stack overflow");
            mt_close_coroutine(co);
        }
        lua_xmove(co, L, 1);
        if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
            luaL_where(L, 1);
            lua_insert(L, -2);
            lua_concat(L, 2);
        }
        return lua_error(L);
    }
    lua_pushboolean(L, 0);
    lua_xmove(co, L, 1);
    return 2;
}

static int go_on(lua_State *L, int status, lua_KContext context) {
    (void)status;
    lua_State *co = to_coroutine(L, (int)context);
    mt_set_mark(co, 0);
    return resume_with(L, co, 0, (int)context);
}

static int start(lua_State *L, lua_State *co, int arguments, int kind) {
    if (mt_stack_low()) return luaL_error(L, "C stack overflow");
    if (co == L || co == mt_state_of(L)->base) return refuse(L, kind, "cannot resume non-suspended coroutine");
    if (mt_is_foreign(co)) return refuse(L, kind, "cannot resume a coroutine that waits for the host");
    if (!lua_checkstack(co, arguments)) return refuse(L, kind, "too many arguments to resume");
    lua_xmove(L, co, arguments);
    return resume_with(L, co, arguments, kind);
}

static lua_State *checked(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co, 1, "coroutine");
    return co;
}

static int co_resume(lua_State *L) { return start(L, checked(L), lua_gettop(L) - 1, PLAIN); }

static int co_call_wrapped(lua_State *L) {
    return start(L, lua_tothread(L, lua_upvalueindex(1)), lua_gettop(L), WRAPPED);
}

static int co_create(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    mt_set_fresh(co, 0);
    lua_sethook(co, NULL, 0, 0);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    return 1;
}

static int co_wrap(lua_State *L) {
    co_create(L);
    lua_pushcclosure(L, co_call_wrapped, 1);
    return 1;
}

static int co_yield(lua_State *L) {
    mt_state *S = mt_state_of(L);
    if (L == S->base) return luaL_error(L, "attempt to yield from outside a coroutine");
    S->reason = MT_YIELD_SCRIPT;
    return lua_yield(L, lua_gettop(L));
}

static const char *status_of(lua_State *L, lua_State *co) {
    if (L == co) return "running";
    if (mt_is_foreign(co)) return "normal";
    switch (lua_status(co)) {
    case LUA_YIELD:
        return "suspended";
    case LUA_OK: {
        lua_Debug ar;
        if (lua_getstack(co, 0, &ar)) return "normal";
        return lua_gettop(co) == 0 ? "dead" : "suspended";
    }
    default:
        return "dead";
    }
}

static int co_status(lua_State *L) {
    lua_pushstring(L, status_of(L, checked(L)));
    return 1;
}

static int co_running(lua_State *L) {
    lua_pushboolean(L, L == mt_state_of(L)->base);
    lua_pushthread(L);
    lua_insert(L, -2);
    return 2;
}

static int co_isyieldable(lua_State *L) {
    lua_State *co = lua_isthread(L, 1) ? lua_tothread(L, 1) : L;
    lua_pushboolean(L, co != mt_state_of(L)->base && lua_isyieldable(co));
    return 1;
}

static int co_close(lua_State *L) {
    lua_State *co = checked(L);
    const char *status = status_of(L, co);
    if (status[0] != 'd' && status[0] != 's') return luaL_error(L, "cannot close a %s coroutine", status);
    if (mt_waits_in_handler(co))
        return luaL_error(L, "cannot close a coroutine that waits inside xpcall: resume it to its end, or use pcall there");
    if (!mt_may_close(co)) return luaL_error(L, "C stack overflow");
    if (mt_close_coroutine(co) == LUA_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushboolean(L, 0);
    lua_xmove(co, L, 1);
    return 2;
}

void mt_open_coroutine(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"create", co_create},   {"resume", co_resume},   {"running", co_running},         {"status", co_status},
        {"wrap", co_wrap},       {"yield", co_yield},     {"isyieldable", co_isyieldable}, {"close", co_close},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    lua_setglobal(L, "coroutine");
}

MT_END_OF_FILE
