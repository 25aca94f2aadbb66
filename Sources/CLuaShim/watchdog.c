/// Time slices.
///
/// A standing count hook would double the cost of tight loops, so there is none. A watchdog thread looks at the slices
/// under way and signals the thread whose slice is over; the signal handler sets a count hook of 1 on the innermost
/// running coroutine, and that hook yields to the host. Where Lua cannot yield the hook asks whether the budget is
/// spent and raises. Signals come again while the slice lasts, so one that meets the wrong coroutine is made good.
#define _GNU_SOURCE
#include "steps.h"
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#define MT_THREADS 64

typedef struct mt_slot {
    pthread_t thread;
    _Atomic(uint64_t) started;  // 0: no slice under way
    mt_state *volatile state;
} mt_slot;

static mt_slot slots[MT_THREADS];
static _Atomic(int) slot_count;
static _Thread_local mt_slot *own_slot;
static _Thread_local char *stack_end;
static _Thread_local uint64_t turn_began;
static uint64_t slice_length;
static void (*tick_callback)(void);
static _Atomic(int) asleep;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t woken;

uint64_t mt_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t mt_thread_cpu(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void mt_turn_begin(uint64_t now) { turn_began = now; }

uint64_t mt_cpu_since_last(void) {
    static _Thread_local uint64_t seen;
    uint64_t now = mt_thread_cpu(), used = now - seen;
    seen = now;
    return used;
}

uint64_t mt_turn_age(void) { return turn_began == 0 ? 0 : mt_now() - turn_began; }

static void on_signal(int number) {
    (void)number;
    mt_slot *slot = own_slot;
    if (slot == NULL) return;
    uint64_t started = atomic_load_explicit(&slot->started, memory_order_relaxed);
    if (started == 0 || mt_now() - started < slice_length) return;  // stale: that slice has ended
    mt_state *S = slot->state;
    if (S == NULL) return;
    S->expired = 1;
    mt_interrupt(S);
}

void mt_interrupt(mt_state *S) {
    lua_State *running = S->running;
    if (running == NULL || S->hooked == running) return;
    S->hooked = running;
    lua_sethook(running, mt_hook, LUA_MASKCOUNT, 1);
}

/// Takes the hook off, unless a signal has come meanwhile.
static void unhook(mt_state *S, lua_State *L) {
#ifdef MT_THREAD_SANITIZER
    // There the signal never reaches a spinning script.
    if (lua_gethookmask(L) == 0 || lua_gethookcount(L) != 10000) lua_sethook(L, mt_hook, LUA_MASKCOUNT, 10000);
#else
    if (lua_gethookmask(L) != 0) lua_sethook(L, NULL, 0, 0);
#endif
    S->hooked = NULL;
    if (mt_is_pending(S)) {
        S->hooked = L;
        lua_sethook(L, mt_hook, LUA_MASKCOUNT, 1);
    }
}

int mt_thread_enter(void) {
    if (own_slot != NULL) return (int)(own_slot - slots);
    char *low = NULL;
#ifdef __APPLE__
    pthread_t self = pthread_self();
    low = (char *)pthread_get_stackaddr_np(self) - pthread_get_stacksize_np(self);
#else
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        void *address;
        size_t size;
        if (pthread_attr_getstack(&attributes, &address, &size) == 0) low = address;
        pthread_attr_destroy(&attributes);
    }
#endif
    stack_end = low;
    pthread_mutex_lock(&lock);
    int index = atomic_load(&slot_count);
    if (index < MT_THREADS) {
        slots[index].thread = pthread_self();
        atomic_store(&slots[index].started, 0);
        own_slot = &slots[index];
        atomic_store(&slot_count, index + 1);
    }
    pthread_mutex_unlock(&lock);
    sigset_t urgent;
    sigemptyset(&urgent);
    sigaddset(&urgent, SIGURG);
    pthread_sigmask(SIG_UNBLOCK, &urgent, NULL);
    return own_slot != NULL ? (int)(own_slot - slots) : -1;
}

size_t mt_stack_size(void) {
#ifdef MT_SANITIZER
    return (size_t)16 * 1024 * 1024;
#else
    return (size_t)2 * 1024 * 1024;
#endif
}

void *mt_thread_identity(void) { return &stack_end; }

int mt_stack_low(void) {
    // Not the address of a local variable: the address sanitizer may keep those elsewhere.
    const char *here = __builtin_frame_address(0);
    return stack_end != NULL && here - stack_end < (ptrdiff_t)512 * 1024;
}

void mt_slice_begin(mt_state *S) {
    S->expired = 0;
    mt_slot *slot = own_slot;
    if (slot == NULL) return;
    slot->state = S;
    // Sequentially consistent, as the watchdog's store to `asleep` and its look at `started` are: one sees the other.
    atomic_store(&slot->started, mt_now());
    if (atomic_load(&asleep)) {
        pthread_mutex_lock(&lock);
        atomic_store(&asleep, 0);
        pthread_cond_signal(&woken);
        pthread_mutex_unlock(&lock);
    }
}

void mt_slice_end(void) {
    mt_slot *slot = own_slot;
    if (slot == NULL) return;
    atomic_store_explicit(&slot->started, 0, memory_order_release);
    slot->state = NULL;
}

uint64_t mt_slice_age(int slot) {
    if (slot < 0 || slot >= atomic_load(&slot_count)) return 0;
    uint64_t started = atomic_load(&slots[slot].started), now = mt_now();
    return started != 0 && now > started ? now - started : 0;
}

/// Signals threads whose slice is over. Sleeps for good after a while without any slice, until one begins.
static void *watch(void *unused) {
    (void)unused;
    struct timespec tick = {0, (long)(slice_length / 2)};
    for (int idle = 0;;) {
        nanosleep(&tick, NULL);
        uint64_t now = mt_now();
        int count = atomic_load(&slot_count), busy = 0;
        for (int i = 0; i < count; i++) {
            uint64_t started = atomic_load(&slots[i].started);
            if (started == 0) continue;
            busy = 1;
            if (now > started && now - started >= slice_length) pthread_kill(slots[i].thread, SIGURG);
        }
        if (busy) tick_callback();
        idle = busy ? 0 : idle + 1;
        if (idle < 20) continue;
        idle = 0;
        pthread_mutex_lock(&lock);
        atomic_store(&asleep, 1);
        int any = 0;  // a slice that began before `asleep` was seen
        count = atomic_load(&slot_count);
        for (int i = 0; i < count; i++) any |= atomic_load(&slots[i].started) != 0;
        while (!any && atomic_load(&asleep)) pthread_cond_wait(&woken, &lock);
        atomic_store(&asleep, 0);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static void start_once(void) {
    pthread_cond_init(&woken, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, &action, NULL);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    if (pthread_create(&thread, NULL, watch, NULL) == 0) pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void mt_watchdog_start(uint64_t slice, void (*tick)(void)) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (slice_length == 0) slice_length = slice;
    if (tick_callback == NULL) tick_callback = tick;
    pthread_once(&once, start_once);
}

void mt_arm(mt_state *S, lua_State *co) {
    if (!mt_is_pending(S)) return unhook(S, co);
    S->hooked = co;
    lua_sethook(co, mt_hook, LUA_MASKCOUNT, 1);
}

static void restart_slice(mt_state *S) {
    S->expired = 0;
    mt_slot *slot = own_slot;
    if (slot != NULL) atomic_store_explicit(&slot->started, mt_now(), memory_order_release);
}

static void raise_doom(lua_State *L, mt_state *S) {
    luaL_checkstack(L, 24, "too many nested calls");
    S->in_lua = 0;
    S->callbacks.doom(L, S->host);
    S->in_lua = 1;
    lua_error(L);
}

static void raise_at_every_instruction(lua_State *L, mt_state *S) {
    if (lua_gethookcount(L) != 1) mt_arm(S, L);
    raise_doom(L, S);
}

/// "not enough memory" with the place that level `level` is at.
static void raise_memory(lua_State *L, int level) {
    luaL_where(L, level);
    lua_pushliteral(L, "not enough memory");
    lua_concat(L, 2);
    lua_error(L);
}

static void look_at_the_clock(mt_state *S) {
#ifdef MT_THREAD_SANITIZER
    // There the signal never reaches a spinning script.
    uint64_t started = own_slot != NULL ? atomic_load(&own_slot->started) : 0;
    if (started != 0 && mt_now() - started >= slice_length) S->expired = 1;
#else
    (void)S;
#endif
}

/// Carries out what is pending, in the hook (`level` 0) and in a C function that counts its steps (1). Answers whether
/// the slice is over and the host should have its turn, which only the hook can do.
static int attend(lua_State *L, mt_state *S, int level) {
    int doom = *S->doom;
    if (doom >= MT_DOOM_END) raise_at_every_instruction(L, S);  // the hook stays: pcall cannot absorb it
    if (doom == 1) {
        // Once now; then, when its last slices have passed, at every instruction.
        *S->doom = 2;
        restart_slice(S);
        unhook(S, L);
        raise_doom(L, S);
    }
    if (S->expired) {
        if (doom >= 2 && ++*S->doom >= MT_DOOM_END) raise_at_every_instruction(L, S);
        S->expired = 0;
        if (level == 0 && mt_can_wait(L)) return 1;
        int over = doom == 0 && S->callbacks.over_budget(S->host);
        restart_slice(S);
        if (over) {
            *S->doom = 2;
            unhook(S, L);
            raise_doom(L, S);
        }
    }
    if (S->excess) {
        lua_gc(L, LUA_GCCOLLECT);
        if (S->used > S->cap) raise_memory(L, level);  // a hook stays: at the next instruction it looks again
        S->excess = 0;
    }
    return 0;
}

void mt_hook(lua_State *L, lua_Debug *ar) {
    (void)ar;
    mt_state *S = mt_state_of(L);
    look_at_the_clock(S);
    if (attend(L, S, 0)) {
        S->reason = MT_YIELD_SLICE;
        lua_yield(L, 0);
        return;
    }
    unhook(S, L);
}

void mt_poll(lua_State *L) {
    mt_state *S = mt_state_of(L);
    look_at_the_clock(S);
    // The hook, if one is set, stays until the next instruction: to take it off costs a walk over the call stack.
    if (mt_is_pending(S)) attend(L, S, 1);
}

void mt_make_room(lua_State *L, size_t bytes) {
    mt_state *S = mt_state_of(L);
    if (bytes <= S->cap && S->used <= S->cap - bytes) return;
    if (bytes <= S->cap) {
        lua_gc(L, LUA_GCCOLLECT);
        if (S->used <= S->cap - bytes) return;
    }
    raise_memory(L, 1);
}

MT_END_OF_FILE
