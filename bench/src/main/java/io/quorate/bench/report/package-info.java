/**
 * What a measurement says: records that become JSON field by field, and the lines for people. A figure stands in the JSON under
 * the name of its unit, so that nobody has to guess. The same records are what documents are written from.
 */
@NullMarked
package io.quorate.bench.report;

import org.jspecify.annotations.NullMarked;
