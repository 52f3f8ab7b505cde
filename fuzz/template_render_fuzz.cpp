// SPDX-License-Identifier: MIT
/// \file
/// Templates and data that are grown from the input's bytes, rendered under tight limits: a page or
/// a TemplateError with its place comes out, within the limits; twice the same; and as a stream the
/// same again.
#include "template_grower.hpp"

#include <pottle/async/virtual_executor.hpp>
#include <pottle/templating/environment.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace {

using namespace pottle;
using namespace pottle::templating;

constexpr ByteCount kOutput = 32_KiB;

void require(bool condition, const char* sentence) {
    if (condition) return;
    std::fprintf(stderr, "%s\n", sentence);
    std::abort();
}

Options tight(UndefinedKind undefined) {
    Options options;
    options.limits = {.source = 64_KiB,
                      .output = kOutput,
                      .memory = 1_MiB,
                      .iterations = 2'000,
                      .depth = 20,
                      .range = 1'000};
    options.extensions = {.i18n = true, .do_statement = true, .loop_controls = true};
    options.undefined = undefined;
    options.random_seed = 1;
    options.cache_size = 0;  // each input has its own other.html
    options.stream_chunk = 100;
    return options;
}

/// "other.html" is what the input says.
class OtherLoader final : public Loader {
public:
    explicit OtherLoader(const std::string& text) : text_(text) {}
    std::optional<Source> load(std::string_view name, ByteCount) const override {
        if (name != "other.html") return std::nullopt;
        return Source{text_, 1};
    }
    std::optional<std::uint64_t> version(std::string_view) const override { return 1; }
    std::vector<std::string> list() const override { return {"other.html"}; }

private:
    const std::string& text_;
};

struct Rendered {
    std::string text;  ///< or the error's message
    bool has_failed = false;

    friend bool operator==(const Rendered&, const Rendered&) = default;
};

Rendered failed(const TemplateError& error) {
    require(!error.places().empty(), "an error says where it happened");
    return {error.message(), true};
}

Rendered render(const Environment& environment, std::string_view source, const Context& context) {
    try {
        std::string page = environment.render_string(source, context);
        require(page.size() <= kOutput, "a page keeps to Limits::output");
        return {std::move(page)};
    } catch (const TemplateError& error) {
        return failed(error);
    }
}

Task<std::string> joined(Generator<std::string> pieces) {
    std::string all;
    while (const std::string* const piece = co_await pieces.next()) {
        require(piece->size() < 200, "a piece is below twice the chunk");
        all += *piece;
    }
    co_return all;
}

Rendered stream(const Environment& environment, std::string_view source, Context context) {
    try {
        async::VirtualExecutor executor;
        return {executor.run(
            joined(environment.stream(environment.from_string(source), std::move(context))))};
    } catch (const TemplateError& error) {
        return failed(error);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Grower grower(data, size);
    const auto undefined = static_cast<UndefinedKind>(grower.below(4));
    static std::string other;
    static const auto environments = [] {
        std::vector<std::unique_ptr<Environment>> made;
        for (int kind = 0; kind < 4; ++kind) {
            made.push_back(std::make_unique<Environment>(tight(static_cast<UndefinedKind>(kind))));
            made.back()->set_loader(std::make_unique<OtherLoader>(other));
        }
        return made;
    }();
    const Environment& environment = *environments[static_cast<std::size_t>(undefined)];
    grower.use(environment.filter_names(), environment.test_names());
    const JsonValue first = grower.value(3);
    const JsonValue second = grower.value(3);
    const fuzz::Record record = grower.record();
    const std::string source = grower.page();
    other = grower.page();

    const Context context{{"a", first}, {"b", second}, {"r", record}};
    const Rendered page = render(environment, source, context);
    require(render(environment, source, context) == page, "the same again");
    Context again{{"a", first}, {"b", second}, {"r", record}};
    const Rendered streamed = stream(environment, source, std::move(again));
    const bool is_other_stack = streamed.text.find("Limits::stack") != std::string::npos;
    require(page.has_failed || is_other_stack || streamed == page,
            "a stream's pieces are the page");
    return 0;
}
