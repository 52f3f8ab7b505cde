// SPDX-License-Identifier: MIT
#include "route_parts.hpp"

#include <algorithm>
#include <utility>

namespace pottle::app {
namespace {

int characters(std::string_view text) {
    return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

int converter_weight(Converter converter) {
    switch (converter) {
        case Converter::Int:
        case Converter::Float:
            return 50;
        case Converter::Path:
            return 200;
        default:
            return 100;
    }
}

Element make_element(const PatternPiece& piece) {
    ConverterOptions options;
    parse_converter_options(piece.converter, piece.arguments, options);
    Element element;
    switch (piece.converter) {
        case Converter::String:
            element.kind = Element::Kind::String;
            element.min_length = options.min_length;
            element.max_length = options.max_length;
            break;
        case Converter::Custom:
            element.kind = Element::Kind::String;
            break;
        case Converter::Int:
            element.kind = Element::Kind::Int;
            break;
        case Converter::Float:
            element.kind = Element::Kind::Float;
            break;
        case Converter::Path:
            element.kind = Element::Kind::Path;
            break;
        case Converter::Uuid:
            element.kind = Element::Kind::Uuid;
            break;
        case Converter::Any: {
            element.kind = Element::Kind::Any;
            ArgumentReader reader(piece.arguments);
            for (ConverterArgument item; !reader.done() && reader.next(item);)
                element.items.emplace_back(item.value);
            break;
        }
    }
    element.is_signed = options.is_signed;
    return element;
}

/// Collects the pieces of a pattern into parts.
class Cutter {
public:
    void add_static(std::string_view text) {
        while (!text.empty()) {
            if (text.front() == '/') {
                text.remove_prefix(1);
                take_slash();
                continue;
            }
            const std::string_view word = text.substr(0, text.find('/'));
            text.remove_prefix(word.size());
            --part_.weight.static_texts;
            part_.weight.static_sizes.push_back(-characters(word));
            append_literal(word);
        }
    }

    void add_parameter(const PatternPiece& piece) {
        if (part_.is_static && !part_.text.empty()) {
            Element literal;
            literal.text = std::exchange(part_.text, {});
            part_.elements.push_back(std::move(literal));
        }
        part_.is_static = false;
        part_.takes_rest = part_.takes_rest || piece.converter == Converter::Path;
        part_.elements.push_back(make_element(piece));
        --part_.weight.parameters;
        part_.weight.converters.push_back(converter_weight(piece.converter));
    }

    std::vector<RoutePart> finish() {
        const bool ends_with_slash = part_.takes_rest &&
                                     part_.elements.back().kind == Element::Kind::Literal &&
                                     part_.elements.back().text.ends_with('/');
        if (ends_with_slash) {
            part_.may_lack_slash = true;
            std::string& text = part_.elements.back().text;
            text.pop_back();
            if (text.empty()) part_.elements.pop_back();
        }
        parts_.push_back(std::move(part_));
        if (ends_with_slash) parts_.emplace_back();
        return std::move(parts_);
    }

private:
    void take_slash() {
        if (part_.takes_rest)
            append_literal("/");
        else
            parts_.push_back(std::exchange(part_, {}));
    }

    void append_literal(std::string_view text) {
        if (part_.is_static) {
            part_.text += text;
        } else if (part_.elements.back().kind == Element::Kind::Literal) {
            part_.elements.back().text += text;
        } else {
            part_.elements.emplace_back().text = text;
        }
    }

    RoutePart part_;
    std::vector<RoutePart> parts_;
};

}  // namespace

std::vector<RoutePart> cut_into_parts(std::string_view pattern) {
    Cutter cutter;
    PatternReader reader(pattern);
    while (!reader.done()) {
        PatternPiece piece;
        reader.next(piece);
        if (piece.is_parameter)
            cutter.add_parameter(piece);
        else
            cutter.add_static(piece.text);
    }
    return cutter.finish();
}

}  // namespace pottle::app
