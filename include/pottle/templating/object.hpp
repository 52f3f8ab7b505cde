// SPDX-License-Identifier: MIT
/// \file
/// Object: a value with behaviour of its own. Macros, namespaces, loops and modules are objects;
/// an application's are those that a table cannot describe (the request, the session).
#pragma once

#include <pottle/templating/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pottle::templating {

class Arena;
class Call;
class Render;

/// Base of objects. A template reaches what these functions hand out and nothing else.
///
/// Thread: one object given to several renderings at once is used from several threads.
class Object {
public:
    Object() = default;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    virtual ~Object();

    /// Python's type name: in error messages and repr().
    virtual std::string_view type_name() const = 0;
    /// `object.name`; Missing when there is none.
    virtual Value attribute(Render& render, std::string_view name);
    /// `object[key]`; Missing when there is none.
    virtual Value item(Render& render, const Value& key);
    virtual bool is_callable() const;
    /// `object(...)`. The default throws (Type): "'x' object is not callable".
    virtual Value call(Call& call);
    /// Whether calling it may suspend, so that the rendering needs a fibre.
    virtual bool awaits() const noexcept;
    /// Fills `out` with what a `for` walks over; false when it cannot be walked.
    virtual bool walk(Arena& arena, List& out);
    virtual std::optional<std::size_t> length() const;
    virtual bool truth() const;
    /// str(); repr() is the same. The default is "<type_name object>".
    virtual void append_text(std::string& out) const;
    /// Whether str() is markup, so that autoescape leaves it alone.
    virtual bool is_markup() const;
    /// `{% set object.name = value %}`; false when that is not allowed.
    virtual bool assign(Render& render, std::string_view name, const Value& value);
    /// Whether `is mapping` and dict(...) see a mapping: then walk() gives its keys.
    virtual bool is_mapping() const;
};

}  // namespace pottle::templating
