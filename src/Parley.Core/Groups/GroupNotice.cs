namespace Parley.Core.Groups;

/// <summary>What happened in a group.</summary>
public enum GroupNoticeKind : byte
{
    /// <summary>The user is a member now.</summary>
    Joined,

    /// <summary>The user left.</summary>
    Left,

    /// <summary>Somebody else removed the user.</summary>
    Kicked,

    /// <summary>The user (0 = everyone but owner and managers) must not speak.</summary>
    Gagged,

    /// <summary>The user (0 = everyone, each one included) may speak again.</summary>
    Ungagged,

    /// <summary>The user is on the blacklist and no member any more; no other notice tells of that removal.</summary>
    Blacklisted,

    /// <summary>The user is off the blacklist.</summary>
    Unblacklisted,

    /// <summary>The user is a manager now.</summary>
    ManagerAdded,

    /// <summary>The user is a manager no more.</summary>
    ManagerRemoved,

    /// <summary>The group is gone; the user is its last owner, 0 if it had none.</summary>
    Dissolved,
}

/// <summary>Something happened in a group. Told to all who were members before it or are after it.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="Kind">What happened.</param>
/// <param name="UserId">Whom it is about.</param>
/// <param name="ActorId">Who did it; 0 = an operator or a back end.</param>
public readonly record struct GroupNotice(long GroupId, GroupNoticeKind Kind, long UserId, long ActorId);
