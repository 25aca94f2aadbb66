/// Closing coroutines.
///
/// Lua does not count a close as a C call: before 5.4.5 not at all, later only where it is told who closes. So closes
/// inside the `__close` of what is closed are counted here, and each leaves native stack for the deepest recursion that
/// Lua allows between two.
#include "internal.h"

#define CLOSES_AT_MOST 100

int mt_may_close(lua_State *L) {
    mt_state *S = mt_state_of(L);
    if (!(S->fences & MT_FENCE_NESTED_CLOSE)) return 1;
    return S->closes < CLOSES_AT_MOST && !mt_stack_low();
}

int mt_waits_in_handler(lua_State *co) {
    return (mt_state_of(co)->fences & MT_FENCE_WAITING_HANDLER) && (*mt_word_of(co) & MT_HANDLER_BITS) != 0;
}

/// Lua closes it and answers the status; an error is on top of `co` then.
static int close_thread(lua_State *co) {
#if LUA_VERSION_RELEASE_NUM >= 50406
    return lua_closethread(co, NULL);
#else
    return lua_resetthread(co);
#endif
}

int mt_close_coroutine(lua_State *co) {
    mt_state *S = mt_state_of(co);
    lua_State *outer = S->running;
    S->running = co;
    S->blocked++;
    S->closes++;
    mt_arm(S, co);
    int status = close_thread(co);
    S->closes--;
    S->blocked--;
    S->running = outer;
    if (outer != NULL && mt_is_pending(S)) mt_arm(S, outer);
    return status;
}

int mt_reset(lua_State *co) {
    mt_state *S = mt_state_of(co);
    // One that may not be closed is left as it is, for the collector: its to-be-closed variables are not closed.
    if (mt_waits_in_handler(co) || !mt_may_close(co)) return LUA_OK;
    lua_State *outer_running = S->running;
    int outer_in_lua = S->in_lua, *outer_doom = S->doom, doom = 0;
    S->doom = &doom;
    if (outer_running == NULL) mt_slice_begin(S);
    S->in_lua = 1;
    int status = mt_close_coroutine(co);
    S->in_lua = outer_in_lua;
    S->doom = outer_doom;
    if (outer_running == NULL) mt_slice_end();
    lua_settop(co, 0);
    return status;
}

MT_END_OF_FILE
