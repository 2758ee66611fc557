using Parley.Core.Moderation;
using Parley.Core.Projects;
using Parley.Core.Users;

namespace Parley.Core.Sessions;

/// <summary>The verdict on a login.</summary>
/// <param name="Error"><see cref="CoreError.InvalidId"/>, <see cref="CoreError.AdminUser"/>, <see cref="CoreError.BannedInProject"/>,
/// <see cref="CoreError.BadToken"/> or none.</param>
/// <param name="Project">The project when there is no error.</param>
public readonly record struct LoginVerdict(CoreError Error, Project? Project);

/// <summary>Decides who may open a session.</summary>
public sealed class LoginService
{
    private readonly ProjectDirectory _projects;
    private readonly TokenService _tokens;
    private readonly BanDirectory _bans;
    private readonly NameDirectory _names;
    private readonly UserDirectory _users;

    internal LoginService(
        ProjectDirectory projects, TokenService tokens, BanDirectory bans, NameDirectory names, UserDirectory users)
    {
        _projects = projects;
        _tokens = tokens;
        _bans = bans;
        _names = names;
        _users = users;
    }

    /// <summary>
    /// Checks, in this order: project and uid; whether the uid is an admin id; the token; the project's blacklist. The user comes into
    /// being with the first good login.
    /// </summary>
    /// <param name="projectId">The project.</param>
    /// <param name="userId">The user.</param>
    /// <param name="token">The token; null where the protocol has none and the operator allows that.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async ValueTask<LoginVerdict> CheckAsync(long projectId, long userId, string? token, CancellationToken cancellationToken)
    {
        if (!_projects.TryGet(projectId, out var project) || !await _names.IsValidAsync(projectId, userId))
            return new(CoreError.InvalidId, null);
        if (project.IsAdmin(userId))
            return new(CoreError.AdminUser, null);
        if (token is not null && !await _tokens.IsGoodAsync(project, userId, token, cancellationToken))
            return new(CoreError.BadToken, null);
        if (await _bans.IsBannedAsync(project, BanPlace.Project, BanKind.Enter, userId))
            return new(CoreError.BannedInProject, null);
        await _users.EnsureAsync(projectId, userId, cancellationToken);
        return new(CoreError.None, project);
    }

    /// <summary>
    /// Call once the session is open: ends it when the user was put on the blacklist after <see cref="CheckAsync"/> had looked and before
    /// the session could be found by whoever did that.
    /// </summary>
    public async ValueTask CheckAgainAsync(Session session)
    {
        if (await _bans.IsBannedAsync(session.Project, BanPlace.Project, BanKind.Enter, session.UserId))
            session.End(SessionEnd.Banned);
    }
}
