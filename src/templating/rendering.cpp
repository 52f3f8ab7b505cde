// SPDX-License-Identifier: MIT
/// \file
/// Environment: rendering at once, on a fibre where functions may await, and as a stream.
#include "renderer.hpp"

#include <pottle/async/fibre_generator.hpp>

#include <algorithm>

namespace pottle::templating {

namespace {

/// What the fibre needs besides Limits::stack, for functions that are called at its end.
constexpr ByteCount kStackReserve = 96_KiB;

std::string render_with(const Environment& environment, const TemplateHandle& handle,
                        const Context& context, Renderer::Fibre fibre) {
    Renderer renderer(environment, context, fibre);
    renderer.run(handle);
    return renderer.output().take();
}

/// Yields what a renderer has written. No piece reaches twice the size of a chunk, however long the
/// values are that the template prints.
class Pieces final : public Sink {
public:
    Pieces(FibreYield<std::string>& yield, ByteCount chunk)
        : yield_(yield), chunk_(std::max<std::size_t>(chunk, 1)) {}

    void take(std::string output) override {
        std::size_t at = 0;
        for (; output.size() - at >= 2 * chunk_; at += chunk_) yield_(output.substr(at, chunk_));
        output.erase(0, at);
        yield_(std::move(output));
    }

private:
    FibreYield<std::string>& yield_;
    std::size_t chunk_;
};

void render_pieces(FibreYield<std::string>& yield, const Environment& environment,
                   const TemplateHandle& handle, const Context& context) {
    Pieces pieces(yield, environment.options().stream_chunk);
    Renderer renderer(environment, context, Renderer::Fibre::Yes, &pieces);
    renderer.run(handle);
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
    co_return co_await render_async_borrowing(std::move(handle), &context);
}

Task<std::string> Environment::render_async_borrowing(TemplateHandle handle,
                                                      const Context* context) const {
    if (!has_async_ && !context->has_async_functions()) co_return render(handle, *context);
    co_return co_await run_fibre(
        FibreOptions{.stack_size = options_.limits.stack + kStackReserve},
        [](const Environment* environment, const TemplateHandle* kept, const Context* given) {
            return render_with(*environment, *kept, *given, Renderer::Fibre::Yes);
        },
        this, &handle, context);
}

Generator<std::string> Environment::stream(TemplateHandle handle, Context context) const {
    return generate_on_fibre<std::string>(
        FibreOptions{.stack_size = options_.limits.stack + kStackReserve},
        [](FibreYield<std::string>& yield, const Environment* environment, TemplateHandle kept,
           Context given) { render_pieces(yield, *environment, kept, given); },
        this, std::move(handle), std::move(context));
}

Generator<std::string> Environment::stream_borrowing(TemplateHandle handle,
                                                     const Context* context) const {
    return generate_on_fibre<std::string>(
        FibreOptions{.stack_size = options_.limits.stack + kStackReserve},
        [](FibreYield<std::string>& yield, const Environment* environment, TemplateHandle kept,
           const Context* given) { render_pieces(yield, *environment, kept, *given); },
        this, std::move(handle), context);
}

}  // namespace pottle::templating
