// SPDX-License-Identifier: MIT
/// \file
/// Environment: rendering at once, and on a fibre where functions may await.
#include "renderer.hpp"

#include <pottle/async/fibre.hpp>

namespace pottle::templating {

namespace {

/// What the fibre needs besides Limits::stack, for functions that are called at its end.
constexpr ByteCount kStackReserve = 96_KiB;

std::string render_with(const Environment& environment, const TemplateHandle& handle,
                        const Context& context, Renderer::Fibre fibre) {
    Renderer renderer(environment, context, fibre);
    renderer.run(handle);
    return std::move(renderer.output());
}

}  // namespace

std::string Environment::render(const TemplateHandle& handle, const Context& context) const {
    return render_with(*this, handle, context, Renderer::Fibre::No);
}

std::string Environment::render(std::string_view name, const Context& context) const {
    return render(get_template(name), context);
}

std::string Environment::render_string(std::string_view source, const Context& context) const {
    return render(from_string(source), context);
}

Task<std::string> Environment::render_async(TemplateHandle handle, Context context) const {
    if (!has_async_ && !context.has_async_functions()) co_return render(handle, context);
    co_return co_await run_fibre(
        FibreOptions{.stack_size = options_.limits.stack + kStackReserve},
        [](const Environment* environment, const TemplateHandle* kept, const Context* given) {
            return render_with(*environment, *kept, *given, Renderer::Fibre::Yes);
        },
        this, &handle, &context);
}

}  // namespace pottle::templating
