using System.Globalization;
using Parley.Core;
using Parley.Core.Projects;
using Parley.Core.Webhooks;
using Parley.Server.Hosting;

namespace Parley.Server.Admin;

/// <summary>Administration over the core in this process.</summary>
internal sealed class Administration(ParleyCore core, WebhookService webhooks, Composition? owned = null) : IAdministration
{
    private const int SecretCharacters = 256;
    private const int NameCharacters = 100;
    private const int DeadLetterPage = 1000;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProjectAnswer>> ListProjectsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ProjectAnswer>>([.. core.Projects.All.Select(Answer)]);

    /// <inheritdoc/>
    public async Task<ProjectAnswer> AddProjectAsync(ProjectRequest request, CancellationToken cancellationToken)
    {
        var all = core.Projects.All;
        var pid = request.Pid ?? (all.Count == 0 ? ProjectSetup.FirstProject : all[^1].Id + 1);
        if (pid <= 0)
            throw new ParleyException("a project's id must be greater than 0");
        if (core.Projects.TryGet(pid, out _))
            throw new ParleyException($"project {pid} exists already");
        if (request.Secret is { Length: 0 or > SecretCharacters })
            throw new ParleyException($"a project's secret must have 1 to {SecretCharacters} characters");
        if (request.Name.Length > NameCharacters)
            throw new ParleyException($"a project's name must have at most {NameCharacters} characters");
        var project = new Project { Id = pid, Name = request.Name, Secret = request.Secret ?? ProjectDirectory.NewSecret() };
        await core.Projects.SaveAsync(project, cancellationToken);
        return Answer(project);
    }

    /// <inheritdoc/>
    public async Task<string> IssueTokenAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        if (!core.Projects.TryGet(request.Pid, out var project))
            throw new ParleyException($"there is no project {request.Pid}");
        var userId = await FindUserAsync(project, request.User, cancellationToken);
        if (project.IsAdmin(userId))
            throw new ParleyException($"{request.User} is an admin id of project {request.Pid}: admins do not log in as clients");
        return await core.Tokens.IssueAsync(project, userId, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<StatusAnswer> StatusAsync(CancellationToken cancellationToken) =>
        new(owned is null, await core.Store.IsHealthyAsync(cancellationToken), core.Projects.All.Count);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WebhookAnswer>> ListWebhooksAsync(CancellationToken cancellationToken) =>
    [
        .. (await webhooks.GetStatusAsync(cancellationToken)).Select(static status => new WebhookAnswer(
            status.Webhook.Name, status.Webhook.ProjectId, status.State.ToString(), status.Position, status.Lag, status.DeadLetters,
            status.LastFailure)),
    ];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeadLetterAnswer>> ListDeadLettersAsync(string webhook, long after, CancellationToken cancellationToken)
    {
        var letters = await webhooks.GetDeadLettersAsync(webhook, after, DeadLetterPage, cancellationToken) ?? throw NoWebhook(webhook);
        return [.. letters.Select(static letter => new DeadLetterAnswer(
            letter.Position, letter.Attempts, letter.Time, letter.Reason, letter.IsRetrying))];
    }

    /// <inheritdoc/>
    public async Task<int> RetryWebhookAsync(string webhook, CancellationToken cancellationToken) =>
        await webhooks.RetryAsync(webhook, cancellationToken) ?? throw NoWebhook(webhook);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => owned?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The number of a user: what is written as one must be one; any other text is a name, which gets its number now if need be.</summary>
    private async Task<long> FindUserAsync(Project project, string user, CancellationToken cancellationToken)
    {
        var isNumber = long.TryParse(user, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var userId);
        if (isNumber ? !await core.Names.IsValidAsync(project.Id, userId) : user.Length is 0 or > NameCharacters)
            throw new ParleyException($"{user} is not a user id that project {project.Id} can have");
        return isNumber ? userId : await core.Names.GetOrAddAsync(project.Id, user, cancellationToken);
    }

    private static ParleyException NoWebhook(string name) => new($"there is no webhook '{name}' in the settings");

    private static ProjectAnswer Answer(Project project) => new(project.Id, project.Name, project.Secret, project.AdminUserIds);
}
