namespace Parley.Core.Users;

/// <summary>Who a registered user is, as told when it was registered. Lengths are for the gateways to limit.</summary>
public sealed record PersonProfile
{
    /// <summary>What nobody has told anything about: an ordinary user with empty texts.</summary>
    public static PersonProfile Empty { get; } = new();

    /// <summary>The name shown to others.</summary>
    public string Nickname { get; init; } = "";

    /// <summary>Where the picture is.</summary>
    public string FaceUrl { get; init; } = "";

    /// <summary>0 = not told, 1 = male, 2 = female.</summary>
    public int Gender { get; init; }

    /// <summary>Telephone number.</summary>
    public string Phone { get; init; } = "";

    /// <summary>The birthday as it was given.</summary>
    public string BirthText { get; init; } = "";

    /// <summary>The birthday in unix seconds; 0 = not known.</summary>
    public long Birth { get; init; }

    /// <summary>Mail address.</summary>
    public string Email { get; init; } = "";

    /// <summary>Text for applications.</summary>
    public string Extra { get; init; } = "";

    /// <summary>1 = ordinary, 2 = manager.</summary>
    public int Level { get; init; } = 1;
}

/// <summary>A user that is known, whatever protocol made it; the profile is empty unless somebody filled it.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Profile">Who it is.</param>
/// <param name="CreatedMs">When the user came into being, in unix milliseconds.</param>
public sealed record RegisteredUser(long UserId, PersonProfile Profile, long CreatedMs);

/// <summary>A place in the order of creation: when the user came into being (unix milliseconds), then the id.</summary>
/// <param name="CreatedMs">When the user came into being, in unix milliseconds.</param>
/// <param name="UserId">The user.</param>
public readonly record struct UserPlace(long CreatedMs, long UserId);

/// <summary>What a removed user left behind.</summary>
/// <param name="Groups">The groups that the user was a member of, in the order of their ids.</param>
/// <param name="Peers">Users who had an edge to the user; one may be named several times.</param>
public sealed record UserRemoval(IReadOnlyList<long> Groups, IReadOnlyList<UserEdge> Peers);

/// <summary>An edge to another user.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="OwnerId">Whose it is.</param>
public readonly record struct UserEdge(Relations.RelationKind Kind, long OwnerId);
