/**
 * Holds the documents to the code: what a page quotes is cut from a file, links lead somewhere. A page that fell behind is
 * written anew with {@code -Ddocuments.write=true}.
 */
@NullMarked
package io.quorate.documents;

import org.jspecify.annotations.NullMarked;
