/// Memory of a state under its cap.
///
/// An allocator that returns NULL makes Lua collect in the middle of whatever it does, a use after free before 5.4.8.
/// So past the cap only new strings and userdata over 4 KiB are refused (an emergency collection is safe there); all
/// else is given, and a count hook of 1 collects at the next instruction and raises "not enough memory" if that did
/// not help. Past the ceiling everything is refused. While Swift is the innermost frame nothing is ever refused: any
/// push could then jump over it; the trampoline raises after Swift has left.
#include "internal.h"
#include <stdlib.h>

static size_t ceiling_of(const mt_state *S) { return S->cap * 4 + (size_t)32 * 1024 * 1024; }

/// Handles worth this many bytes bring the collector a step on.
#define MT_PACE ((size_t)256 * 1024)

void mt_charge(lua_State *L, ptrdiff_t bytes) {
    mt_state *S = mt_state_of(L);
    if (bytes < 0) {
        size_t less = (size_t)0 - (size_t)bytes;
        if (less > S->kept) less = S->kept;
        S->kept -= less;
        S->used -= less < S->used ? less : S->used;
        return;
    }
    S->kept += (size_t)bytes;
    S->used += (size_t)bytes;
    if (S->used > S->peak) S->peak = S->used;
    if (S->used <= S->cap) return;
    S->excess = 1;
    if (S->in_lua) mt_interrupt(S);
}

void mt_pace(lua_State *L, mt_state *S) {
    if (S->unseen < MT_PACE) return;
    int kib = (int)(S->unseen / 1024);
    S->unseen = 0;
    lua_gc(L, LUA_GCSTEP, kib);
}

void *mt_allocate(void *ud, void *ptr, size_t osize, size_t nsize) {
    mt_state *S = ud;
    if (nsize == 0) {
        if (ptr != NULL) S->used -= osize;
        free(ptr);
        return NULL;
    }
    size_t old = ptr == NULL ? 0 : osize;
    if (nsize > old && S->used + (nsize - old) > S->cap) {
        if (S->in_lua) {
            if (!(S->fences & MT_FENCE_ALLOCATOR)) return NULL;
            size_t wanted = S->used + (nsize - old);
            int refusable = ptr == NULL && (osize == LUA_TSTRING || osize == LUA_TUSERDATA) && nsize > 4096;
            if (refusable || wanted > ceiling_of(S)) return NULL;
        }
        S->excess = 1;
        if (S->in_lua) mt_interrupt(S);
    }
    void *block = realloc(ptr, nsize);
    if (block == NULL) {
        if (nsize > old) return NULL;
        block = ptr;  // a smaller block may stay where it is
    }
    S->used = S->used - old + nsize;
    if (S->used > S->peak) S->peak = S->used;
    return block;
}

MT_END_OF_FILE
