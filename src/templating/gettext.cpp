// SPDX-License-Identifier: MIT
/// \file
/// gettext() and its kin in both styles: the old ones only translate, the new ones also put the
/// variables in and mark the result as markup where autoescape is on.
#include "gettext.hpp"

#include <pottle/templating/environment.hpp>

namespace pottle::templating {

namespace {

/// Messages as they come: English, say.
class NullCatalogue final : public Catalogue {
public:
    std::string gettext(Render&, std::string_view, std::string_view message) const override {
        return std::string(message);
    }
    std::string ngettext(Render&, std::string_view, std::string_view singular,
                         std::string_view plural, std::int64_t count) const override {
        return std::string(count == 1 ? singular : plural);
    }
};

const Catalogue& catalogue_of(Call& call) {
    static const NullCatalogue none;
    const Catalogue* const catalogue = call.render().environment().catalogue();
    return catalogue ? *catalogue : none;
}

enum class Style : bool { Old, New };
enum class Context : bool { No, Yes };
enum class Plural : bool { No, Yes };

/// `translation % variables`.
Value filled(Call& call, std::string_view translation, const Value* context, const Value* count) {
    Render& render = call.render();
    Dict& variables = render.new_dict();
    for (const Keyword& keyword : call.keywords()) variables.set(keyword.name, keyword.value);
    if (context && !variables.find("context")) variables.set("context", *context);
    if (count && !variables.find("num")) variables.set("num", *count);
    return format_text(call.arena(), render.string_for_output(translation),
                       Value::dict(&variables));
}

template <Style style, Context context, Plural plural>
Value translate(Call& call) {
    constexpr std::size_t first = context == Context::Yes ? 1 : 0;
    constexpr std::size_t count = first + (plural == Plural::Yes ? 3 : 1);
    const auto arguments = call.positional();
    if (style == Style::Old) {
        call.expect(count, count);
    } else if (arguments.size() != count) {
        fail_type(std::string(call.name()) + "(): wrong number of arguments");
    }
    const std::string_view in = first ? call.string(arguments[0]) : std::string_view();
    const Catalogue& catalogue = catalogue_of(call);
    std::string translation;
    if constexpr (plural == Plural::Yes) {
        translation = catalogue.ngettext(call.render(), in, call.string(arguments[first]),
                                         call.string(arguments[first + 1]),
                                         call.integer(arguments[first + 2]));
    } else {
        translation = catalogue.gettext(call.render(), in, call.string(arguments[first]));
    }
    if (style == Style::Old) return call.render().string(translation);
    return filled(call, translation, first ? &arguments[0] : nullptr,
                  plural == Plural::Yes ? &arguments[first + 2] : nullptr);
}

template <Style style>
constexpr NativeEntry functions[] = {
    {"_", translate<style, Context::No, Plural::No>},
    {"gettext", translate<style, Context::No, Plural::No>},
    {"ngettext", translate<style, Context::No, Plural::Yes>},
    {"pgettext", translate<style, Context::Yes, Plural::No>},
    {"npgettext", translate<style, Context::Yes, Plural::Yes>},
};

}  // namespace

std::span<const NativeEntry> gettext_functions(bool newstyle) {
    return newstyle ? std::span<const NativeEntry>(functions<Style::New>)
                    : std::span<const NativeEntry>(functions<Style::Old>);
}

}  // namespace pottle::templating
