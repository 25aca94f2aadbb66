/// The only C of Moontide: what must be done between Lua and Swift so that nothing ever jumps over a Swift frame.
///
/// Lua raises and yields with longjmp, which skips every `defer` and every release of the Swift frames it passes.
/// So a Swift host function *answers* what should happen (a number of results, MT_RAISE, MT_PARK) and the trampoline
/// here raises or yields after Swift has left the stack. Everything in this header is called on the thread that runs
/// the state, except where it says otherwise.
#ifndef MOONTIDE_CLUASHIM_H
#define MOONTIDE_CLUASHIM_H

#include <lua.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stddef.h>
#include <stdint.h>

#define MT_RAISE (-1)
#define MT_PARK (-2)

/// Why a resume came back with LUA_YIELD.
#define MT_YIELD_SCRIPT 0
#define MT_YIELD_PARK 1
#define MT_YIELD_SLICE 2

/// What a host function's index means in `field` calls.
typedef struct mt_callbacks {
    /// A host function: `function` is its number in the host's list. Answers a count of results on top of the stack,
    /// MT_RAISE with the error value on top, or MT_PARK.
    int (*call)(lua_State *L, void *host, int function);
    /// A parked call goes on: pushes the results and answers as `call` does (but never MT_PARK).
    int (*finish)(lua_State *L, void *host);
    /// A field of a bound object: object at index 1. Answers as `call` does.
    int (*field)(lua_State *L, void *host, int function);
    /// A name that the type's table does not have: object at 1, key at 2. Answers as `call` does.
    int (*missing)(lua_State *L, void *host, int type);
    /// An object is collected.
    void (*release)(void *object);
    /// The value on top raised: replaces it by an error object that carries the traceback.
    void (*describe)(lua_State *L, void *host);
    /// Pushes the error of an invocation that has to end (budget, cancellation).
    void (*doom)(lua_State *L, void *host);
    /// A slice ran out where Lua cannot yield. Nonzero: the invocation has to end now.
    int (*over_budget)(void *host);
} mt_callbacks;

typedef struct mt_state mt_state;

/// Bytes in use and limits of a state.
typedef struct mt_memory {
    size_t used, peak, cap;
    /// The part of `used` that the host keeps for the state, see mt_charge.
    size_t kept;
} mt_memory;

/// Fences against Lua's own bugs, see `LuaFence` in LuaRuntime, which says what each is for.
#define MT_FENCE_CONCAT 0x001
#define MT_FENCE_CLOSE 0x002
#define MT_FENCE_NESTED_CLOSE 0x004
#define MT_FENCE_WAITING_HANDLER 0x008
#define MT_FENCE_METATABLES 0x010
#define MT_FENCE_ALLOCATOR 0x020
#define MT_FENCE_GMATCH 0x040
#define MT_FENCE_CHAINS 0x080
#define MT_FENCE_COMPARISONS 0x100
#define MT_FENCE_ERROR_TEXT 0x200

/// Why a state was not opened.
#define MT_NO_MEMORY 1
#define MT_NAMES_STAND 2

/// A new state with a memory cap in bytes, behind the fences. NULL, and `failure` one of the two above, when there is no
/// memory for it or the name of a metamethod could not be taken.
lua_State *mt_open(size_t cap, uint32_t fences, const mt_callbacks *callbacks, void *host, int *failure);
/// The fences that a state was opened with.
uint32_t mt_fences_of(lua_State *L);
void mt_close(lua_State *L);
mt_memory mt_memory_of(lua_State *L);
void mt_set_host(lua_State *L, void *host);
void mt_set_cap(lua_State *L, size_t cap);
/// What the host keeps for the state, or has let go of (negative), counts as its memory. Past the cap the running script
/// gets "not enough memory" at its next instruction, if a collection does not help.
void mt_charge(lua_State *L, ptrdiff_t bytes);
/// What the linked library says of itself: its `lua_ident`.
const char *mt_lua_ident(void);

/// Resumes a host coroutine. Answers lua_resume's status; `reason` is one of MT_YIELD_* when it yielded.
/// With `blocking` nonzero nothing inside may wait. `doom` is the invocation's own, zero at its start, the same place
/// at each resume. The host sets it to 1, at any time on the state's thread, to end the invocation with the error that
/// the callback of that name pushes, or to 2 when that error is raised by what it resumes; the shim counts it on.
int mt_resume(lua_State *co, int arguments, int blocking, int *doom, int *results, int *reason);
/// A new coroutine of the host's on top: no script can resume or close it.
lua_State *mt_new_host_thread(lua_State *L);
/// Pushes the function that every invocation starts with: calls its first argument with the rest in protected mode and
/// returns true and the results, or false and the error object.
void mt_push_base(lua_State *L);
/// Ends a coroutine for good: runs its pending to-be-closed variables and empties it. One that may not be closed is left
/// to the collector.
int mt_reset(lua_State *co);
/// Whether a host function called on `L` may wait: no level of the whole chain is inside a C call that cannot yield.
int mt_can_wait(lua_State *L);
/// What stands in the way of waiting, for the error text: the name of the innermost C function, or NULL.
const char *mt_blocker(lua_State *L, lua_Debug *space);

/// Pushes a host function with its number in the host's list.
void mt_push_function(lua_State *L, int function);
/// Pushes `__index` of a bound type: a function that looks a name up in the table at `members` (a function is a method,
/// an integer is a field's number).
void mt_push_index(lua_State *L, int members, int type);
/// A new userdata that owns `object`; sets no metatable. `cost` is about how many bytes the host keeps for it: they are
/// charged until it is collected.
void mt_push_object(lua_State *L, void *object, int type, size_t cost);
/// The object at `index`, or NULL if it is none of ours.
void *mt_to_object(lua_State *L, int index, int *type);
/// Pushes the name by which Lua finds `__concat` in a metatable. The metamethod has to raise, and no script may come by
/// the metatable.
void mt_push_concat_name(lua_State *L);
/// Sets `__gc` of the metatable on top.
void mt_set_release(lua_State *L);
/// Opens the allowed libraries and our own `coroutine`.
void mt_open_libraries(lua_State *L);
/// Pushes a table with stock Lua's `string`, `table` and `utf8`, for what compares ours with them.
void mt_push_stock_libraries(lua_State *L);
/// Loads text, never binary, unless the fences refuse it. Answers lua_load's status.
int mt_load(lua_State *L, const char *text, size_t length, const char *chunk);
/// One table step for JSON: sets array metatable marker. Pushes null.
void mt_push_null(lua_State *L);
int mt_is_null(lua_State *L, int index);

/// Script threads and the watchdog -----------------------------------------------------------------------------------

/// Tells the shim about this thread: its stack's low end, its place in the watchdog's list. Once a thread. Answers that
/// place, or -1 where the list is full: no Lua may run on the thread then.
int mt_thread_enter(void);
/// Bytes of native stack a script thread needs.
size_t mt_stack_size(void);
/// A value that differs between threads.
void *mt_thread_identity(void);
/// Starts the watchdog thread once. `slice` in nanoseconds; `tick` is called on it twice a slice while any is under way.
void mt_watchdog_start(uint64_t slice, void (*tick)(void));
/// Nanoseconds of the monotonic clock, and of this thread's CPU.
uint64_t mt_now(void);
uint64_t mt_thread_cpu(void);
/// CPU of this thread since the last call on it.
uint64_t mt_cpu_since_last(void);
/// A turn of an engine on this thread begins; how many nanoseconds it lasts already.
void mt_turn_begin(uint64_t now);
uint64_t mt_turn_age(void);
/// Nanoseconds that the thread at this place has gone without the watchdog's hook (0: it runs no Lua): longer than a slice
/// where it is stuck inside C. Any thread.
uint64_t mt_slice_age(int slot);

/// Macros of Lua as functions ----------------------------------------------------------------------------------------
static inline int mt_registry(void) { return LUA_REGISTRYINDEX; }
static inline int mt_upvalue(int i) { return lua_upvalueindex(i); }
static inline void mt_pop(lua_State *L, int n) { lua_settop(L, -n - 1); }
static inline void mt_remove(lua_State *L, int index) { lua_rotate(L, index, -1); lua_settop(L, -2); }
static inline void mt_insert(lua_State *L, int index) { lua_rotate(L, index, 1); }
static inline void mt_replace(lua_State *L, int index) { lua_copy(L, -1, index); lua_settop(L, -2); }
static inline lua_Integer mt_to_integer(lua_State *L, int index, int *ok) { return lua_tointegerx(L, index, ok); }
static inline double mt_to_number(lua_State *L, int index, int *ok) { return lua_tonumberx(L, index, ok); }
static inline int mt_ref(lua_State *L) { return luaL_ref(L, LUA_REGISTRYINDEX); }
static inline void mt_unref(lua_State *L, int ref) { luaL_unref(L, LUA_REGISTRYINDEX, ref); }
static inline void mt_push_ref(lua_State *L, int ref) { lua_rawgeti(L, LUA_REGISTRYINDEX, ref); }
static inline void mt_push_globals(lua_State *L) { lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS); }
static inline void mt_new_table(lua_State *L, int array, int hash) { lua_createtable(L, array, hash); }
static inline size_t mt_raw_length(lua_State *L, int index) { return (size_t)lua_rawlen(L, index); }
/// lua_gc is variadic, which Swift does not call.
static inline size_t mt_collect(lua_State *L) { return (size_t)lua_gc(L, LUA_GCCOLLECT); }

/// Traceback of `from` as text on top of `L`, from level `level`.
void mt_traceback(lua_State *L, lua_State *from, int level);
/// Where the innermost Lua function from `level` on stands. 0: there is none.
int mt_where(lua_State *L, int level, char *source, size_t capacity, int *line);
/// Where the function at `index` was written. 0: it is not Lua's.
int mt_extent(lua_State *L, int index, char *source, size_t capacity, int *first, int *last);

#endif
