// SPDX-License-Identifier: MIT
#include <pottle/reflect/table_of.hpp>

namespace pottle::reflect::detail {

namespace {
bool is_optional_of_optional(const Table& table) {
    return table.kind == Kind::Optional && table.element->kind == Kind::Optional;
}
}  // namespace

ObjectStorage::ObjectStorage(Object object, std::initializer_list<FieldFacts> facts)
    : object_(object) {
    std::size_t length = 0;
    for (const FieldFacts& fact : facts) length += fact.name.size() + 4;
    keys_.reserve(length);  // the views below point into it
    fields_.reserve(facts.size());
    for (const FieldFacts& fact : facts) {
        const std::size_t begin = keys_.size();
        keys_.append(",\"").append(fact.name).append("\":");
        const Table& table = *fact.table;
        fields_.push_back(
            {.name = fact.name,
             .key = std::string_view(keys_).substr(begin),
             .table = fact.table,
             .offset = fact.offset,
             .required = table.kind != Kind::Optional && !table.has_default && !fact.has_default,
             .absent_when_empty = is_optional_of_optional(table)});
    }
    object_.fields = fields_.data();
    object_.field_count = fields_.size();
}

}  // namespace pottle::reflect::detail
