namespace Parley.Core.Relations;

/// <summary>What became of making two users friends.</summary>
/// <param name="WasFriend">Whether the second was a friend of the first before.</param>
/// <param name="Error">Why nothing was changed; none when they are friends now.</param>
public readonly record struct FriendshipResult(bool WasFriend, CoreError Error = CoreError.None);
