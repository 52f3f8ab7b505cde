// SPDX-License-Identifier: MIT
/// \file
/// table_of<T>(): the descriptor table of a type. Plain structs, optional, vector, array, maps with
/// text keys, tagged variants, enums, times, Uuid, text, numbers and the types of constraints.hpp.
///
/// A member is required unless its type is an optional, its type has a default of its own
/// (Default<T, v>, Int<min, max, default>), or its value in T{} differs from a default-constructed
/// one. So `int n = 0;` is required, as `int n;` is: the two cannot be told apart.
///
/// A struct may say more with static members: `static constexpr bool strict = true;` (unknown
/// members are refused), `static constexpr std::string_view tag = "circle";` and `discriminator`
/// (as alternative of a variant), `void validate(Errors&) const` (rules across members).
#pragma once

#include <pottle/base/chrono.hpp>
#include <pottle/base/uuid.hpp>
#include <pottle/reflect/enums.hpp>
#include <pottle/reflect/fields.hpp>
#include <pottle/reflect/table.hpp>

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pottle {
class Bytes;
}

namespace pottle::reflect {

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T, class A>
inline constexpr bool is_vector<std::vector<T, A>> = true;
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_system_time = false;
template <class D>
inline constexpr bool is_system_time<std::chrono::time_point<std::chrono::system_clock, D>> = true;
template <class T>
inline constexpr bool is_duration = false;
template <class R, class P>
inline constexpr bool is_duration<std::chrono::duration<R, P>> = true;

/// A type of constraints.hpp: laid out as its Underlying, with facts beside it.
template <class T>
concept Constrained = requires {
    typename T::Underlying;
    { T::kConstraint } -> std::convertible_to<const Constraint&>;
};
/// std::map, std::unordered_map and their like, recognised by shape so that <map> is not needed.
template <class T>
concept MapLike = requires(T& map) {
    typename T::mapped_type;
    requires std::same_as<typename T::key_type, std::string>;
    map.try_emplace(std::string());
};
/// std::variant, recognised by shape so that <variant> is not needed.
template <class T>
concept VariantLike = requires(const T& variant) {
    variant.valueless_by_exception();
    variant.index();
};
template <class T>
concept Struct = std::is_class_v<T> && std::is_aggregate_v<T>;

template <class T>
constexpr Table describe();

}  // namespace detail

/// The descriptor of T. A constant: no guard, and types may refer to themselves through containers.
template <class T>
inline constexpr Table table = detail::describe<T>();

template <class T>
constexpr const Table& table_of() noexcept {
    return table<std::remove_cv_t<T>>;
}

namespace detail {

/// What only the compiler knows about a member; the rest of Field follows from it.
struct FieldFacts {
    std::string_view name;
    const Table* table;
    std::uint32_t offset;
    bool has_default;  ///< differs from a default-constructed value
};

/// Holds what an Object points into.
class ObjectStorage {
public:
    ObjectStorage(Object object, std::initializer_list<FieldFacts> facts);
    ObjectStorage(const ObjectStorage&) = delete;
    const Object& object() const noexcept { return object_; }

private:
    Object object_;
    std::vector<Field> fields_;
    std::string keys_;
};

/// Whether a member's value is other than that of a default-constructed M.
template <class M>
bool differs_from_default(const M& member) {
    if constexpr (is_optional<M>) {
        return false;
    } else if constexpr (is_array<M>) {
        for (const auto& element : member)
            if (differs_from_default(element)) return true;
        return false;
    } else if constexpr (VariantLike<M>) {
        return member.index() != 0;
    } else if constexpr (requires { member.empty(); }) {
        return !member.empty();
    } else if constexpr (requires {
                             {
                                 member == M {}
                             } -> std::convertible_to<bool>;
                         }) {
        return !(member == M{});
    } else {
        return false;
    }
}

template <class T>
void call_validate(const void* object, Errors& errors) {
    static_cast<const T*>(object)->validate(errors);
}

template <class T>
const Object& object_of() {
    static const T defaults{};
    static const ObjectStorage storage = [] {
        Object object{.name = type_name<T>, .defaults = &defaults};
        if constexpr (requires {
                          { T::strict } -> std::convertible_to<bool>;
                      })
            object.strict = T::strict;
        if constexpr (requires(const T& value, Errors& errors) { value.validate(errors); })
            object.validate = &call_validate<T>;
        return with_fields(defaults, [&object](const auto&... member) {
            std::size_t i = 0;
            const auto offset = [](const void* address) {
                return static_cast<std::uint32_t>(static_cast<const char*>(address) -
                                                  reinterpret_cast<const char*>(&defaults));
            };
            return ObjectStorage(
                object,
                {FieldFacts{field_names<T>[i++], &table<std::remove_cvref_t<decltype(member)>>,
                            offset(&member), differs_from_default(member)}...});
        });
    }();
    return storage.object();
}

template <class O>
struct OptionalOf {
    static constexpr OptionalAccess access{
        .get = [](const void* optional) -> const void* {
            const O& o = *static_cast<const O*>(optional);
            return o ? &*o : nullptr;
        },
        .emplace = [](void* optional) -> void* { return &static_cast<O*>(optional)->emplace(); },
        .reset = [](void* optional) { static_cast<O*>(optional)->reset(); }};
};

template <class V>
struct VectorOf {
    static constexpr ListAccess access{
        .size = [](const void* list) { return static_cast<const V*>(list)->size(); },
        .data = [](const void* list) -> const void* { return static_cast<const V*>(list)->data(); },
        .append = [](void* list) -> void* { return &static_cast<V*>(list)->emplace_back(); },
        .clear = [](void* list) { static_cast<V*>(list)->clear(); }};
};

template <class A>
struct ArrayOf {
    static constexpr ListAccess access{
        .size = [](const void*) { return std::tuple_size_v<A>; },
        .data = [](const void* list) -> const void* { return static_cast<const A*>(list)->data(); },
        .append = nullptr,
        .clear = nullptr};
};

template <class M>
struct MapOf {
    static constexpr MapAccess access{
        .emplace = [](void* map, std::string_view key) -> void* {
            const auto [at, is_new] = static_cast<M*>(map)->try_emplace(std::string(key));
            return is_new ? &at->second : nullptr;
        },
        .clear = [](void* map) { static_cast<M*>(map)->clear(); },
        .each =
            [](const void* map, void* context, MapAccess::Visit visit) {
                for (const auto& [key, value] : *static_cast<const M*>(map))
                    visit(context, key, &value);
            },
        .find = [](const void* map, std::string_view key) -> const void* {
            const M& m = *static_cast<const M*>(map);
            const auto at = m.find(std::string(key));
            return at == m.end() ? nullptr : &at->second;
        },
        .size = [](const void* map) { return static_cast<const M*>(map)->size(); }};
};

template <class A>
consteval std::string_view tag_of() {
    if constexpr (requires { std::string_view(A::tag); })
        return A::tag;
    else
        return type_name<A>;
}
template <class A, class...>
consteval std::string_view discriminator_of() {
    if constexpr (requires { std::string_view(A::discriminator); })
        return A::discriminator;
    else
        return "type";
}

template <class V>
struct VariantOf;
template <template <class...> class V, class... A>
struct VariantOf<V<A...>> {
    static_assert((Struct<A> && ...),
                  "pottle: every alternative of a variant must be a plain struct, which the tag "
                  "tells apart");
    using Variant = V<A...>;
    static constexpr std::string_view tags[] = {tag_of<A>()...};
    static constexpr const Table* alternatives[] = {&table<A>...};

    template <std::size_t... I>
    static const void* get(const Variant& v, std::index_sequence<I...>) {
        const void* found = nullptr;
        ((v.index() == I ? void(found = get_if<I>(&v)) : void()), ...);
        return found;
    }
    template <std::size_t... I>
    static void* emplace(Variant& v, std::size_t index, std::index_sequence<I...>) {
        void* made = nullptr;
        ((index == I ? void(made = &v.template emplace<I>()) : void()), ...);
        return made;
    }
    static constexpr VariantAccess access{
        .index = [](const void* variant) { return static_cast<const Variant*>(variant)->index(); },
        .get = [](const void* variant) -> const void* {
            return get(*static_cast<const Variant*>(variant), std::index_sequence_for<A...>{});
        },
        .emplace = [](void* variant, std::size_t index) -> void* {
            return emplace(*static_cast<Variant*>(variant), index, std::index_sequence_for<A...>{});
        },
        .discriminator = discriminator_of<A...>(),
        .tags = tags,
        .alternatives = alternatives,
        .count = sizeof...(A)};
};

/// Durations and system times in their own ticks, rounded towards the past.
template <class D>
TimeValue load_duration(D value) {
    const auto seconds = std::chrono::floor<std::chrono::duration<std::int64_t>>(value);
    const auto rest = std::chrono::floor<std::chrono::nanoseconds>(value - seconds);
    return {seconds.count(), static_cast<std::int32_t>(rest.count())};
}
/// Stores `value` in ticks of D, rounded towards the past; false when D cannot hold it.
template <class D>
bool store_duration(D& out, TimeValue value) {
    using Rep = typename D::rep;
    using Period = typename D::period;
    // 128 bits hold any int64 of seconds in nanoseconds.
    __extension__ using Wide = __int128;
    const Wide nanoseconds = Wide{value.seconds} * 1'000'000'000 + value.nanoseconds;
    if constexpr (std::is_floating_point_v<Rep>) {
        out = std::chrono::duration_cast<D>(std::chrono::duration<Rep>(
            static_cast<Rep>(value.seconds) + static_cast<Rep>(value.nanoseconds) / Rep{1e9}));
        return true;
    } else {
        const Wide scale = Wide{1'000'000'000} * Period::num;
        Wide ticks = nanoseconds * Period::den / scale;
        if (ticks * scale > nanoseconds * Period::den) --ticks;  // division truncates towards zero
        if (!(ticks >= std::numeric_limits<Rep>::min() && ticks <= std::numeric_limits<Rep>::max()))
            return false;
        out = D(static_cast<Rep>(ticks));
        return true;
    }
}

template <class D>
struct DurationOf {
    static constexpr TimeAccess access{
        .load = [](const void* time) { return load_duration(*static_cast<const D*>(time)); },
        .store = [](void* time,
                    TimeValue value) { return store_duration(*static_cast<D*>(time), value); }};
};
template <class T>
struct TimeOf {
    static constexpr TimeAccess access{
        .load =
            [](const void* time) {
                return load_duration(static_cast<const T*>(time)->time_since_epoch());
            },
        .store =
            [](void* time, TimeValue value) {
                typename T::duration since_epoch{};
                if (!store_duration(since_epoch, value)) return false;
                *static_cast<T*>(time) = T(since_epoch);
                return true;
            }};
};

template <class T>
consteval Kind integer_kind() {
    static_assert(sizeof(T) <= 8, "pottle: integers of more than 64 bits cannot be reflected");
    constexpr int power = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    const Kind first = std::is_signed_v<T> ? Kind::Int8 : Kind::Uint8;
    return static_cast<Kind>(static_cast<int>(first) + power);
}
template <class T>
inline constexpr bool is_character =
    std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
    std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

template <class T>
consteval void refuse() {
    static_assert(!std::is_pointer_v<T>,
                  "pottle: a pointer cannot be reflected: use std::string for text and "
                  "std::optional for a value that may be absent");
    static_assert(!std::is_array_v<T>,
                  "pottle: a C array cannot be reflected: use std::array or std::string");
    static_assert(!std::is_union_v<T>, "pottle: a union cannot be reflected: use std::variant");
    static_assert(!is_character<T>,
                  "pottle: a single character cannot be reflected: use std::string, or "
                  "std::int8_t for a small number");
    static_assert(!std::is_same_v<T, Bytes>,
                  "pottle: Bytes have no JSON form: take them as Body, or encode them as text");
    static_assert(!std::is_class_v<T> || std::is_same_v<T, Bytes>,
                  "pottle: a reflected struct must be a plain aggregate: remove its constructors, "
                  "private members and virtual functions");
    static_assert(std::is_class_v<T> || std::is_pointer_v<T> || std::is_array_v<T> ||
                      std::is_union_v<T> || is_character<T> || std::is_same_v<T, Bytes>,
                  "pottle: this type cannot be reflected: use a plain struct, std::optional, "
                  "std::vector, std::array, std::map<std::string, T>, std::variant, an enum, a "
                  "system time, Uuid, text or a number");
}

template <class T>
constexpr Table describe_constrained() {
    using Underlying = typename T::Underlying;
    static_assert(sizeof(T) == sizeof(Underlying));
    Table made = table<Underlying>;
    made.constraint = &T::kConstraint;
    if constexpr (requires { requires T::kHasDefault; }) made.has_default = true;
    if constexpr (requires { T::kKind; }) made.kind = T::kKind;
    return made;
}

template <class T>
constexpr Table describe_container() {
    if constexpr (is_optional<T>) {
        return {.kind = Kind::Optional,
                .size = sizeof(T),
                .element = &table<typename T::value_type>,
                .optional = &OptionalOf<T>::access};
    } else if constexpr (is_vector<T>) {
        static_assert(!std::is_same_v<typename T::value_type, bool>,
                      "pottle: std::vector<bool> has no addressable elements: use a vector of an "
                      "enum or of std::uint8_t");
        return {.kind = Kind::List,
                .size = sizeof(T),
                .element = &table<typename T::value_type>,
                .list = &VectorOf<T>::access};
    } else if constexpr (is_array<T>) {
        return {.kind = Kind::Array,
                .size = sizeof(T),
                .element = &table<typename T::value_type>,
                .list = &ArrayOf<T>::access};
    } else if constexpr (MapLike<T>) {
        return {.kind = Kind::Map,
                .size = sizeof(T),
                .element = &table<typename T::mapped_type>,
                .map = &MapOf<T>::access};
    } else {
        return {.kind = Kind::Variant, .size = sizeof(T), .variant = &VariantOf<T>::access};
    }
}

template <class T>
concept Container = is_optional<T> || is_vector<T> || is_array<T> || MapLike<T> || VariantLike<T>;

template <class T>
constexpr Table describe() {
    if constexpr (requires { Describe<T>::table; }) {
        return Describe<T>::table;
    } else if constexpr (Constrained<T>) {
        return describe_constrained<T>();
    } else if constexpr (std::is_same_v<T, bool>) {
        return {.kind = Kind::Bool, .size = sizeof(T)};
    } else if constexpr (std::is_integral_v<T> && !is_character<T>) {
        return {.kind = integer_kind<T>(), .size = sizeof(T)};
    } else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) {
        return {.kind = sizeof(T) == sizeof(float) ? Kind::Float : Kind::Double, .size = sizeof(T)};
    } else if constexpr (std::is_enum_v<T>) {
        return {.kind = Kind::Enum,
                .size = sizeof(T),
                .enumerators = enumerators<T>.data(),
                .enumerator_count = enumerators<T>.size()};
    } else if constexpr (std::is_same_v<T, std::string>) {
        return {.kind = Kind::String, .size = sizeof(T)};
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        return {.kind = Kind::StringView, .size = sizeof(T)};
    } else if constexpr (std::is_same_v<T, Uuid>) {
        return {.kind = Kind::Uuid, .size = sizeof(T)};
    } else if constexpr (is_system_time<T>) {
        return {.kind = Kind::Time, .size = sizeof(T), .time = &TimeOf<T>::access};
    } else if constexpr (is_duration<T>) {
        return {.kind = Kind::Duration, .size = sizeof(T), .time = &DurationOf<T>::access};
    } else if constexpr (Container<T>) {
        return describe_container<T>();
    } else if constexpr (Struct<T>) {
        return {.kind = Kind::Object, .size = sizeof(T), .object = &object_of<T>};
    } else {
        refuse<T>();
        return {};
    }
}

}  // namespace detail

/// Whether a table can be made for T at all. A struct counts: what is wrong inside it is a
/// static_assert that names it, not a silent false.
template <class T>
concept Reflectable =
    requires { Describe<T>::table; } || detail::Constrained<T> || detail::Container<T> ||
    detail::Struct<T> || detail::is_system_time<T> || detail::is_duration<T> || std::is_enum_v<T> ||
    (std::is_arithmetic_v<T> && !detail::is_character<T>) || std::is_same_v<T, std::string> ||
    std::is_same_v<T, std::string_view> || std::is_same_v<T, Uuid>;

}  // namespace pottle::reflect
