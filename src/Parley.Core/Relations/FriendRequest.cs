namespace Parley.Core.Relations;

/// <summary>Somebody asked to become a friend; it waits until the other one reacts.</summary>
/// <param name="Id">Its name, a UUID.</param>
/// <param name="Sender">Who asked.</param>
/// <param name="Receiver">Who is to react.</param>
/// <param name="Time">When it was asked, in unix milliseconds.</param>
public sealed record FriendRequest(Guid Id, long Sender, long Receiver, long Time);
