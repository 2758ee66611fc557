using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>
/// Handles one quest. The parameters lie in the receive buffer: they are read before the first await. What is thrown is a fault of our
/// own; expected errors are answered.
/// </summary>
internal delegate ValueTask QuestHandler(Quest quest, ref FpnnParameters parameters);

/// <summary>Who may call a method.</summary>
internal enum QuestAccess : byte
{
    /// <summary>Anybody, also before login.</summary>
    Anyone,

    /// <summary>Only a logged-in user; the call counts against the user's pace.</summary>
    User,

    /// <summary>Only a back end, by a signed quest.</summary>
    BackEnd,

    /// <summary>Whoever holds a token for it.</summary>
    TokenHolder,
}

/// <summary>One row of a gateway's table: wire name → who may call → handler.</summary>
internal sealed class QuestMethod(string name, QuestAccess access, QuestHandler handler, UploadHandler? upload = null)
{
    private long _answered;
    private long _failed;

    public string Name { get; } = name;

    public QuestAccess Access { get; } = access;

    public QuestHandler Handler { get; } = handler;

    /// <summary>Begins the quest when its payload is taken piece by piece; null for all others.</summary>
    public UploadHandler? Upload { get; } = upload;

    public long Answered => Volatile.Read(ref _answered);

    public long Failed => Volatile.Read(ref _failed);

    public void CountAnswer() => Interlocked.Increment(ref _answered);

    public void CountFailure() => Interlocked.Increment(ref _failed);
}
