using Parley.Core.Groups;

namespace Parley.Core.Changes;

/// <summary>What happened to the members of a group.</summary>
public enum GroupChangeKind : byte
{
    /// <summary>They are members now.</summary>
    Joined,

    /// <summary>They are members no more: they left, were removed, or were put on the blacklist.</summary>
    Gone,

    /// <summary>The group is gone, and they were its members.</summary>
    Dissolved,
}

/// <summary>Users came into a group, or went. Nobody is named who was a member already, or was none.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Group">The group as it is now; when it was dissolved, as it was. Of one that was dissolved just after somebody went, only the
/// number is known.</param>
/// <param name="UserIds">Whom it is about; at least one, each once.</param>
/// <param name="ActorId">Who did it; 0 = an operator or a back end.</param>
public sealed record GroupChange(GroupChangeKind Kind, Group Group, IReadOnlyList<long> UserIds, long ActorId);
