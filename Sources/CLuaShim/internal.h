/// What the files of the shim share.
#ifndef MOONTIDE_SHIM_INTERNAL_H
#define MOONTIDE_SHIM_INTERNAL_H

#include "CLuaShim.h"
#include <stdatomic.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MT_THREAD_SANITIZER 1
#endif
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MT_SANITIZER 1
#endif
#endif

/// The record of one state. Every coroutine's extra space points to it; bit 0 of that word marks a coroutine that is
/// parked inside a chain that waits for the host (nobody else may resume it).
struct mt_state {
    lua_State *main;
    void *host;
    mt_callbacks callbacks;
    size_t used, peak, cap;
    int in_lua;                    // Lua, not Swift, is the innermost frame: the allocator may refuse
    volatile int excess;           // the cap was passed: collect at the next instruction
    lua_State *volatile running;   // innermost running coroutine: where a hook has to be set
    lua_State *base;               // the host's coroutine of the running invocation
    int blocked;                   // levels of the chain that cannot yield
    int reason;                    // why the last yield happened, MT_YIELD_*
    int doom;                      // 0 none, 1 raise now, 2 raised: again when the slice is over, 3 raise at every instruction
    volatile int expired;          // the watchdog's word: the slice is over
};

static inline mt_state *mt_state_of(lua_State *L) {
    return (mt_state *)(*(uintptr_t *)lua_getextraspace(L) & ~(uintptr_t)1);
}
static inline int mt_is_parked(lua_State *co) { return (int)(*(uintptr_t *)lua_getextraspace(co) & 1); }
static inline void mt_set_parked(lua_State *co, int parked) {
    uintptr_t *word = (uintptr_t *)lua_getextraspace(co);
    *word = (*word & ~(uintptr_t)1) | (uintptr_t)(parked != 0);
}

/// The one count hook; set by the watchdog's signal, by the allocator and for an invocation that has to end.
void mt_hook(lua_State *L, lua_Debug *ar);
/// Sets the hook on `co` before it is resumed, if something is pending.
void mt_arm(mt_state *S, lua_State *co);
/// Less than 512 KiB of native stack is left: nothing may call back into Lua.
int mt_stack_low(void);
/// The allocator's way to stop at the next instruction.
void mt_open_coroutine(lua_State *L);
void *mt_allocate(void *ud, void *ptr, size_t osize, size_t nsize);
void mt_slice_begin(mt_state *S);
void mt_slice_end(void);

#endif
