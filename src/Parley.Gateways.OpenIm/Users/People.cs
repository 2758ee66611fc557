using Parley.Core.Moderation;
using Parley.Core.Projects;
using Parley.Core.Users;
using Parley.Gateways.OpenIm.Http;

namespace Parley.Gateways.OpenIm.Users;

/// <summary>A registered user under the id by which it was asked for.</summary>
/// <param name="Name">The id of this protocol.</param>
/// <param name="User">The user.</param>
internal sealed record Person(string Name, RegisteredUser User)
{
    public long UserId => User.UserId;

    public PersonProfile Profile => User.Profile;
}

/// <summary>String ids, registered users, managers (openim.md §2.1, DESIGN §2).</summary>
internal sealed class People(OpenImHost host)
{
    private const int MostCharacters = 64;

    private readonly HashSet<string> _managers = new(host.Settings.AdminUserIds, StringComparer.Ordinal);

    /// <summary>Who stands for the server where a user is needed.</summary>
    public string FirstManager { get; } = host.Settings.AdminUserIds.FirstOrDefault(IsName) ?? "system";

    /// <summary>Whether a text may be the id of a user or a group: 1 to 64 characters, no control characters, not only white space.</summary>
    public static bool IsName(string text) =>
        !string.IsNullOrWhiteSpace(text) && ApiBody.Fits(text, MostCharacters) && !text.Any(char.IsControl);

    public bool IsManager(string name) => _managers.Contains(name);

    /// <summary>
    /// Whether somebody who is no manager may come in: neither banned from the project, nor one of the ids that speak for the server in
    /// other protocols.
    /// </summary>
    public async ValueTask<bool> MayComeInAsync(Project project, long userId) =>
        !project.IsAdmin(userId) && !await host.Core.Bans.IsBannedAsync(project, BanPlace.Project, BanKind.Enter, userId);

    /// <summary>The number of an id; 0 when it is not known.</summary>
    public async ValueTask<long> FindIdAsync(Project project, string name) =>
        IsName(name) ? await host.Core.Names.FindAsync(project.Id, name) : 0;

    /// <summary>A registered user; null when it is not one.</summary>
    public async ValueTask<Person?> FindAsync(Project project, string name, CancellationToken cancellation)
    {
        var userId = await FindIdAsync(project, name);
        if (userId == 0 || await host.Core.Users.FindAsync(project, userId, cancellation) is not { } user)
            return null;
        return new(name, user);
    }

    /// <summary>A user by number; with an empty profile when it is not registered.</summary>
    public async ValueTask<Person> GetAsync(Project project, long userId, CancellationToken cancellation)
    {
        var name = await host.Core.Names.GetNameAsync(project.Id, userId);
        return new(name, await host.Core.Users.FindAsync(project, userId, cancellation) ?? new(userId, PersonProfile.Empty, 0));
    }

    /// <summary>Who did something: a user by number, or, when it was an operator or a back end (0), the first manager.</summary>
    public async ValueTask<Person> GetActorAsync(Project project, long userId, CancellationToken cancellation)
    {
        if (userId != 0)
            return await GetAsync(project, userId, cancellation);
        var manager = IsManager(FirstManager) ? await FindAsync(project, FirstManager, cancellation) : null;
        return manager ?? new(FirstManager, new(0, PersonProfile.Empty, 0));
    }

    /// <summary>Registers a user; null when it is registered already. It has an inbox from now on.</summary>
    public async ValueTask<Person?> RegisterAsync(Project project, string name, PersonProfile profile, CancellationToken cancellation)
    {
        var userId = await host.Core.Names.GetOrAddAsync(project.Id, name, cancellation);
        if (!await host.Core.Users.RegisterAsync(project, userId, profile, cancellation))
            return null;
        await host.Core.Inboxes.EnrolAsync(project, userId, cancellation);
        return new(name, new(userId, profile, host.UnixMilliseconds));
    }

    /// <summary>Registers those managers who are not, named by their places in the list.</summary>
    public async Task RegisterManagersAsync(CancellationToken cancellation)
    {
        var managers = host.Settings.AdminUserIds;
        for (var i = 0; i < managers.Count; i++)
        {
            if (IsName(managers[i]))
                await RegisterAsync(host.Project, managers[i], new() { Nickname = $"AppManager{i + 1}", Level = 2 }, cancellation);
        }
    }
}
