namespace Parley.Server.Admin;

/// <summary>What the commands ask for, of an opened store or of a running server. Refusals are <see cref="ParleyException"/>.</summary>
internal interface IAdministration : IAsyncDisposable
{
    /// <summary>All projects in the order of their ids.</summary>
    Task<IReadOnlyList<ProjectAnswer>> ListProjectsAsync(CancellationToken cancellationToken);

    /// <summary>Adds a project.</summary>
    Task<ProjectAnswer> AddProjectAsync(ProjectRequest request, CancellationToken cancellationToken);

    /// <summary>Issues a login token.</summary>
    Task<string> IssueTokenAsync(TokenRequest request, CancellationToken cancellationToken);

    /// <summary>How all webhooks are.</summary>
    Task<IReadOnlyList<WebhookAnswer>> ListWebhooksAsync(CancellationToken cancellationToken);

    /// <summary>Dead letters of a webhook after a position, at most 1,000; an empty list is the end.</summary>
    Task<IReadOnlyList<DeadLetterAnswer>> ListDeadLettersAsync(string webhook, long after, CancellationToken cancellationToken);

    /// <summary>Sends all dead letters of a webhook again and ends its pause; returns how many there are.</summary>
    Task<int> RetryWebhookAsync(string webhook, CancellationToken cancellationToken);

    /// <summary>Tells how the database is, and who holds it.</summary>
    Task<StatusAnswer> StatusAsync(CancellationToken cancellationToken);
}
