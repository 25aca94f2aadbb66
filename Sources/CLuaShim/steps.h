/// The step budget of C functions.
///
/// A C function sees no hook, so one that loops counts its steps and asks from time to time what the hook would ask:
/// whether the slice is over, memory is short, or the invocation has to end. A step is some nanoseconds, or the copying
/// of 64 bytes.
#ifndef MOONTIDE_SHIM_STEPS_H
#define MOONTIDE_SHIM_STEPS_H

#include "internal.h"

/// Steps between two looks at what is pending.
#define MT_STEPS 1000
/// Bytes whose copying is one step.
#define MT_STEP_BYTES 64
/// Bytes that a loop may handle between two charges.
#define MT_STRIDE ((size_t)64 * 1024)

/// Steps of one call. Begins with `{L, MT_STEPS}`.
typedef struct mt_steps {
    lua_State *L;
    int left;
} mt_steps;

/// Carries out what is pending, as the hook does where Lua cannot yield: raises when the budget is spent or the
/// invocation has to end, collects when memory is short and raises if that did not help. Nothing may be held that a
/// raise would lose; strings and buffers must be anchored on the stack.
void mt_poll(lua_State *L);

/// Raises "not enough memory" unless `bytes` more fit under the cap, if need be after a collection.
void mt_make_room(lua_State *L, size_t bytes);

/// One step.
static inline void mt_step(mt_steps *steps) {
    if (--steps->left > 0) return;
    steps->left = MT_STEPS;
    mt_poll(steps->L);
}

/// `count` steps that have been done, or are about to be.
static inline void mt_count(mt_steps *steps, size_t count) {
    if (count < (size_t)steps->left) {
        steps->left -= (int)count;
        return;
    }
    steps->left = MT_STEPS;
    mt_poll(steps->L);
}

static inline void mt_count_bytes(mt_steps *steps, size_t bytes) { mt_count(steps, bytes / MT_STEP_BYTES + 1); }

/// The libraries' functions with a budget, put over the stock ones.
void mt_open_patterns(lua_State *L);
void mt_open_strings(lua_State *L);
void mt_open_tables(lua_State *L);
void mt_open_utf8(lua_State *L);

#endif
