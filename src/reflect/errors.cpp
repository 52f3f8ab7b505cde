// SPDX-License-Identifier: MIT
#include <pottle/reflect/errors.hpp>

namespace pottle {

void append_pointer_token(std::string& pointer, std::string_view token) {
    pointer += '/';
    for (const char c : token) {
        if (c == '~')
            pointer += "~0";
        else if (c == '/')
            pointer += "~1";
        else
            pointer += c;
    }
}

void Errors::append_pointer(std::string& out, const Step* step) {
    if (!step) return;
    append_pointer(out, step->parent_);
    if (step->index_ == Step::kNoIndex)
        append_pointer_token(out, step->key_);
    else
        out.append("/").append(std::to_string(step->index_));
}

void Errors::add(std::string_view field, std::string_view code, std::string_view message) {
    if (list_.size() >= limit_) return;
    FieldError error{{}, std::string(code), std::string(message)};
    append_pointer(error.pointer, step_);
    if (!field.empty()) append_pointer_token(error.pointer, field);
    list_.push_back(std::move(error));
}

}  // namespace pottle
