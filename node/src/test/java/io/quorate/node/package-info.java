/** Tests of the public API. */
package io.quorate.node;
