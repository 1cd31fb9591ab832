package io.quorate.cli.checklist;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The line of the checklist that a test proves, and the RPCs and request fields it thereby covers. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Line {
    /** Such as {@code A9}. */
    String value();

    /** Such as {@code KV.Range} or {@code RangeRequest.limit}. */
    String[] covers() default {};
}
