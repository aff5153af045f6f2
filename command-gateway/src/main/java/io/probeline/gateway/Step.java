package io.probeline.gateway;

import java.util.Optional;
import java.util.function.Function;

/** One check of a request: it goes on with what was found, or it ends with an answer, most often a refusal. */
sealed interface Step<T> {
    record On<T>(T value) implements Step<T> {}

    record End<T>(Answer answer) implements Step<T> {}

    static <T> Step<T> on(T value) {
        return new On<>(value);
    }

    static <T> Step<T> refuse(Problem problem) {
        return new End<>(new Answer.Refused(problem));
    }

    static <T> Step<T> require(Optional<T> value, Problem otherwise) {
        return value.<Step<T>>map(On::new).orElseGet(() -> refuse(otherwise));
    }

    default <U> Step<U> then(Function<? super T, Step<U>> next) {
        return switch (this) {
            case On<T>(var value) -> next.apply(value);
            case End<T>(var answer) -> new End<>(answer);
        };
    }

    default Answer answer(Function<? super T, Answer> last) {
        return switch (this) {
            case On<T>(var value) -> last.apply(value);
            case End<T>(var answer) -> answer;
        };
    }
}
