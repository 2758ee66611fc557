namespace Parley.Core.Sessions;

/// <summary>One device or installation of a user.</summary>
/// <param name="Id">Its number in the project, greater than 0.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="Nation">Where it was registered, as the client put it; 0 = not said.</param>
/// <param name="City">The city, likewise.</param>
/// <param name="Town">The town, likewise.</param>
public sealed record Installation(long Id, long UserId, int Nation, int City, int Town);

/// <summary>How far one catch-up came.</summary>
/// <param name="Position">The <see cref="Messaging.Message.Position"/> that it reached; 0 = it did not take place.</param>
/// <param name="Word">The number of the newest <see cref="Relations.FriendRequest"/> that it told.</param>
public readonly record struct CatchUpMark(long Position, long Word);

/// <summary>
/// What the last three catch-ups of an installation reached. What lies up to <see cref="Oldest"/> was sent by all three.
/// </summary>
/// <param name="Oldest">The third last; zeros until there were three.</param>
/// <param name="Middle">The last but one.</param>
/// <param name="Newest">The last.</param>
/// <param name="Seen">Everything up to this <see cref="Messaging.Message.Position"/> was sent to it or is none of its business; null =
/// it had no session yet.</param>
public readonly record struct CatchUpMarks(CatchUpMark Oldest, CatchUpMark Middle, CatchUpMark Newest, long? Seen = null)
{
    /// <summary>The marks after one more catch-up.</summary>
    public CatchUpMarks Then(long position, long word) => this with { Oldest = Middle, Middle = Newest, Newest = new(position, word) };
}
