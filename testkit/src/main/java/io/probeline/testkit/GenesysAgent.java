package io.probeline.testkit;

/**
 * An agent as Genesys' own token knows them.
 *
 * @param organizationId whose agent it is
 * @param oauthClientId the widget that the token was made for
 * @param cloned whether somebody else acts as this agent
 */
public record GenesysAgent(String userId, String organizationId, String oauthClientId, boolean cloned) {
    /** An agent of the organisation and the widget that stand-ins take for theirs. */
    public static GenesysAgent of(String userId) {
        return new GenesysAgent(userId, "organization-1", "widget-1", false);
    }
}
