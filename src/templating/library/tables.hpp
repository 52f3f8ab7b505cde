// SPDX-License-Identifier: MIT
/// \file
/// The tables of this folder's sources, joined by library.cpp. Each is named after its source.
#pragma once

#include <pottle/templating/call.hpp>

#include <span>

namespace pottle::templating::library {

using Entries = std::span<const NativeEntry>;

Entries html_filters();
Entries json_filters();
Entries letter_case_filters();
Entries number_filters();
Entries order_filters();
Entries pretty_print_filters();
Entries select_filters();
Entries sequence_filters();
Entries text_filters();
Entries truncate_filters();
Entries url_filters();
Entries urlize_filters();
Entries wrap_filters();

Entries comparison_tests();
Entries type_tests();

Entries global_functions();

// Of texts.
Entries letter_case_methods();
Entries text_format_methods();
Entries text_kind_methods();
Entries text_pad_methods();
Entries text_search_methods();
Entries text_split_methods();
Entries markup_methods();
// Of what a template made, and of what it was given and may only read.
Entries dict_methods();
Entries mapping_methods();
Entries list_methods();
Entries sequence_methods();
Entries tuple_methods();
Entries number_methods();

}  // namespace pottle::templating::library
