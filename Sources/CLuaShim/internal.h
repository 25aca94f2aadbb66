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

/// An invocation that was told to end has five slices for its `__close` handlers; then no instruction works any more.
#define MT_DOOM_END 7

/// The record of one state, aligned so that the low bits of its address are free. Every coroutine's extra space points
/// to it. Bit 0 of that word marks a coroutine that is parked inside a chain that waits for the host, bit 1 one that
/// belongs to the host: no script may resume either. The bits above count the protected calls with a message handler
/// that the coroutine is inside of.
#define MT_MARK_BITS ((uintptr_t)3)
#define MT_RECORD_BITS ((uintptr_t)1023)
#define MT_ONE_HANDLER ((uintptr_t)4)
#define MT_HANDLER_BITS (MT_RECORD_BITS & ~MT_MARK_BITS)

struct mt_state {
    lua_State *main;
    void *host;
    uint32_t fences;               // MT_FENCE_*
    mt_callbacks callbacks;
    size_t used, peak, cap;
    size_t kept;                   // the part of `used` that the host keeps: handles' values, parked operations
    size_t unseen;                 // bytes of handles that the collector's pace does not know of yet
    int in_lua;                    // Lua, not Swift, is the innermost frame: the allocator may refuse
    volatile int excess;           // the cap was passed: collect at the next instruction
    lua_State *volatile running;   // innermost running coroutine: where a hook has to be set
    lua_State *base;               // the host's coroutine of the running invocation
    int blocked;                   // levels of the chain that cannot yield
    int reason;                    // why the last yield happened, MT_YIELD_*
    int *doom;                     // the running invocation's: 0 none, 1 raise now, from 2 on raised, slices since then
                                   // are counted; MT_DOOM_END: raise at every instruction
    int no_doom;                   // where `doom` points while no invocation runs
    lua_State *stuck;              // innermost coroutine of the chain that is inside a C call which cannot yield
    volatile int expired;          // the watchdog's word: the slice is over
    int closes;                    // coroutines being closed, one inside the other
    int metatables_kept;           // metatables set since the collector's cycle ended that metatables.c keeps
    int metatable_lost;            // a table has lost its metatable since then
    lua_State *volatile hooked;    // where the hook was set last, while something is pending
};

static inline uintptr_t *mt_word_of(lua_State *L) { return (uintptr_t *)lua_getextraspace(L); }
static inline mt_state *mt_state_of(lua_State *L) { return (mt_state *)(*mt_word_of(L) & ~MT_RECORD_BITS); }
static inline int mt_is_foreign(lua_State *co) { return (*mt_word_of(co) & MT_MARK_BITS) != 0; }
static inline void mt_set_mark(lua_State *co, uintptr_t bits) {
    uintptr_t *word = mt_word_of(co);
    *word = (*word & ~MT_MARK_BITS) | bits;
}
/// The word of a coroutine that was just made.
static inline void mt_set_fresh(lua_State *co, uintptr_t bits) {
    uintptr_t *word = mt_word_of(co);
    *word = (*word & ~MT_RECORD_BITS) | bits;
}
/// Takes the names of metamethods from Lua, see names.c. Leaves the stack empty. 0: it did not work.
int mt_disable_names(lua_State *L, uint32_t fences);
/// A coroutine enters and leaves a protected call with a message handler.
void mt_enter_handler(lua_State *L);
void mt_leave_handler(lua_State *L);
/// Whether a coroutine may not be closed because it waits, or ended, inside such a call.
int mt_waits_in_handler(lua_State *co);
/// Whether another close may begin: nesting and native stack allow it.
int mt_may_close(lua_State *L);
/// Closes a coroutine that may be closed, under the running slice. Answers the status; an error is on top of it then.
int mt_close_coroutine(lua_State *co);
/// The script's `pcall` and `xpcall`.
int mt_pcall(lua_State *L);
int mt_xpcall(lua_State *L);
/// Prepares the keeping of metatables, and pushes the script's `setmetatable`.
void mt_open_metatables(lua_State *L);
void mt_push_setmetatable(lua_State *L);
/// LUA_OK, or LUA_ERRSYNTAX and a message on top where a text may not be loaded, see tokens.c.
int mt_check_tokens(lua_State *L, const char *text, size_t length, const char *chunk);
/// The one count hook; set by the watchdog's signal, by the allocator and for an invocation that has to end.
void mt_hook(lua_State *L, lua_Debug *ar);
/// Whether the next instruction has to call the hook.
static inline int mt_is_pending(const mt_state *S) {
    return S->excess || S->expired || *S->doom == 1 || *S->doom >= MT_DOOM_END;
}
/// Sets the hook of 1 on the running coroutine, once: lua_sethook walks the whole call stack, 30 ms at its deepest. Also
/// from the signal handler.
void mt_interrupt(mt_state *S);
/// Tells the collector's pace of the handles made since: it sees only their few bytes of userdata. May collect.
void mt_pace(lua_State *L, mt_state *S);
/// Sets the hook on `co` before it is resumed, if something is pending, and takes it off if nothing is.
void mt_arm(mt_state *S, lua_State *co);
/// Gives the libraries' functions their names for `mt_blocker`.
void mt_name_functions(lua_State *L);
/// Less than 512 KiB of native stack is left: nothing may call back into Lua.
int mt_stack_low(void);
void mt_open_coroutine(lua_State *L);
void *mt_allocate(void *ud, void *ptr, size_t osize, size_t nsize);
void mt_slice_begin(mt_state *S);
void mt_slice_end(void);

/// The thread sanitizer counts how functions are entered and left, and a raise leaves them by longjmp: after some ten
/// thousand its own stack overflows. So functions of the shim are left out there; every file closes with MT_END_OF_FILE.
#ifdef MT_THREAD_SANITIZER
#pragma clang attribute push(__attribute__((disable_sanitizer_instrumentation)), apply_to = function)
#define MT_END_OF_FILE _Pragma("clang attribute pop")
#else
#define MT_END_OF_FILE
#endif

#endif
