// SPDX-License-Identifier: MIT
/// \file
/// Environment: everything templates share: options, filters, tests, globals, the loader, the
/// cache; and rendering itself. Filled at start-up, used by all loops.
///
///     Environment environment;
///     environment.set_loader(std::make_unique<FolderLoader>("templates"));
///     std::string page = environment.render("hello.html", {{"name", name}});
#pragma once

#include <pottle/async/generator.hpp>
#include <pottle/async/task.hpp>
#include <pottle/base/shared.hpp>
#include <pottle/templating/context.hpp>
#include <pottle/templating/function.hpp>
#include <pottle/templating/loader.hpp>
#include <pottle/templating/options.hpp>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::templating {

class Program;

/// A parsed template, kept as long as somebody renders it. A value, one pointer.
class TemplateHandle {
public:
    TemplateHandle() noexcept;
    explicit TemplateHandle(Shared<Program> program) noexcept;
    TemplateHandle(const TemplateHandle&) noexcept;
    TemplateHandle(TemplateHandle&&) noexcept;
    TemplateHandle& operator=(TemplateHandle) noexcept;
    ~TemplateHandle();

    explicit operator bool() const noexcept;
    const Program& operator*() const noexcept;
    const Program* operator->() const noexcept { return &**this; }
    /// Empty for a template from a string.
    std::string_view name() const noexcept;
    /// What it holds in memory.
    ByteCount memory_use() const noexcept;

private:
    Shared<Program> program_;
};

/// What `{% trans %}` and gettext() look translations up in.
class Catalogue {
public:
    virtual ~Catalogue();
    /// `context` is empty for none (pgettext). The message itself when there is no translation.
    virtual std::string gettext(Render& render, std::string_view context,
                                std::string_view message) const = 0;
    virtual std::string ngettext(Render& render, std::string_view context,
                                 std::string_view singular, std::string_view plural,
                                 std::int64_t count) const = 0;
};

/// A resource: not movable. Setters are for start-up; afterwards it is const and may be used from
/// several threads at once (the cache has a lock of its own).
class Environment {
public:
    explicit Environment(Options options = {});
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    ~Environment();

    const Options& options() const noexcept { return options_; }

    void set_loader(std::unique_ptr<Loader> loader);
    const Loader* loader() const noexcept { return loader_.get(); }
    /// For Extensions::i18n. Without one, messages are their own translation.
    void set_catalogue(std::unique_ptr<Catalogue> catalogue);
    const Catalogue* catalogue() const noexcept { return catalogue_.get(); }

    /// Adds or replaces `{{ value|name }}`. `function` takes the value first: function.hpp.
    template <class F>
    void add_filter(std::string_view name, F function) {
        add(filters_, std::make_unique<Function>(name, std::move(function)));
    }
    /// Adds or replaces `{{ value is name }}`.
    template <class F>
    void add_test(std::string_view name, F function) {
        add(tests_, std::make_unique<Function>(name, std::move(function)));
    }
    /// Adds or replaces a function that every template can call.
    template <class F>
    void add_function(std::string_view name, F function) {
        auto made = std::make_unique<Function>(name, std::move(function));
        globals_.set(name, Value::object(made.get()));
        add(functions_, std::move(made));
    }
    /// Adds or replaces a variable of every template; `data` moves in.
    template <class T>
    void add_global(std::string_view name, T data) {
        globals_.own(name, std::move(data));
    }
    Context& globals() noexcept { return globals_; }
    const Context& globals() const noexcept { return globals_; }

    /// nullptr when there is none.
    const Function* find_filter(std::string_view name) const;
    const Function* find_test(std::string_view name) const;
    std::vector<std::string_view> filter_names() const;
    std::vector<std::string_view> test_names() const;

    /// The template from the cache or the loader. Throws TemplateError (NotFound, Syntax).
    TemplateHandle get_template(std::string_view name) const;
    /// The first that exists.
    TemplateHandle select_template(std::span<const std::string_view> names) const;
    /// A template without a name; not cached.
    TemplateHandle from_string(std::string_view source) const;
    void clear_cache() const;
    /// Options::auto_reload, where a setting decides that is known later.
    void set_auto_reload(bool reload) noexcept { options_.auto_reload = reload; }

    /// Renders at once. Throws TemplateError, and what functions throw; Runtime when the template
    /// calls a function that awaits: see render_async.
    std::string render(std::string_view name, const Context& context) const;
    std::string render(const TemplateHandle& handle, const Context& context) const;
    std::string render_string(std::string_view source, const Context& context) const;

    /// As render(); functions that await suspend the task. Without such functions it is as cheap as
    /// render().
    Task<std::string> render_async(TemplateHandle handle, Context context) const;
    /// The same with variables that outlive the task.
    Task<std::string> render_async_borrowing(TemplateHandle handle, const Context* context) const;
    /// The page in pieces, made as they are asked for: a piece is yielded once
    /// Options::stream_chunk is gathered, and never reaches twice that size. What a macro, a block
    /// assignment or a filter block prints is one value and gathered whole, within Limits::output.
    ///
    /// Lifetime: the environment and what the context refers to, until the generator is destroyed.
    /// Errors: next() throws as render() does; the pieces that went before are out then.
    /// Cancel: functions that wait are cancelled with the puller; a generator that is destroyed
    /// before its end unwinds the rendering.
    Generator<std::string> stream(TemplateHandle handle, Context context) const;
    /// The same with variables that outlive the generator.
    Generator<std::string> stream_borrowing(TemplateHandle handle, const Context* context) const;

    /// Whether some filter, test or function awaits.
    bool has_async_functions() const noexcept { return has_async_; }

private:
    class Cache;
    using Functions = std::vector<std::unique_ptr<Function>>;  ///< sorted by name

    void add(Functions& functions, std::unique_ptr<Function> function);
    TemplateHandle load(std::string_view name) const;

    Options options_;
    std::unique_ptr<Loader> loader_;
    std::unique_ptr<Catalogue> catalogue_;
    Functions filters_;
    Functions tests_;
    Functions functions_;
    Functions replaced_;  ///< templates that are parsed already refer to them
    Context globals_;
    std::unique_ptr<Cache> cache_;
    bool has_async_ = false;
};

}  // namespace pottle::templating
