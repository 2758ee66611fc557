namespace Parley.Core.Relations;

/// <summary>
/// Somebody asked to become a friend; it waits until the other one reacts. Or somebody is no longer a friend, which the other one is yet
/// to hear.
/// </summary>
/// <param name="Id">Its name, a UUID.</param>
/// <param name="Sender">Who asked.</param>
/// <param name="Receiver">Who is to react.</param>
/// <param name="Time">When it was asked, in unix milliseconds.</param>
/// <param name="Remark">What was said with it.</param>
/// <param name="IsRemoval">Whether it is word that the sender is no longer a friend: there is nothing to react to.</param>
/// <param name="Number">Its place among those of the project, growing as they are kept or kept anew; 0 = it is not kept.</param>
public sealed record FriendRequest(
    Guid Id, long Sender, long Receiver, long Time, string Remark = "", bool IsRemoval = false, long Number = 0);

/// <summary>What is kept for one receiver at the most.</summary>
/// <param name="Most">How many requests and removals; beyond it the oldest are forgotten.</param>
/// <param name="RemovalsAfter">Removals of this time in unix milliseconds and older are forgotten.</param>
public readonly record struct FriendRequestBounds(int Most, long RemovalsAfter);

/// <summary>What became of ending a request.</summary>
public enum FriendRequestEnd : byte
{
    /// <summary>It does not wait, or no longer.</summary>
    NotThere,

    /// <summary>It waits no more; who were friends are friends, and nobody else.</summary>
    Ended,

    /// <summary>It waits no more, and they are friends of each other now, which they were not before.</summary>
    MadeFriends,
}
