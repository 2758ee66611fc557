using System.Text;
using Parley.Core;
using Parley.Core.Projects;
using Parley.Gateways.Rtm.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>What the families of client-gate methods have in common.</summary>
internal abstract class ClientMethods(ParleyCore core)
{
    protected ParleyCore Core { get; } = core;

    /// <summary>The session of the caller; methods for users are not called without one.</summary>
    protected static RtmSession Me(Quest quest) => quest.Peer.Session!;

    /// <summary>The caller's project as it is now.</summary>
    protected Project ProjectOf(RtmSession session) => Core.Projects.Current(session.Project);

    /// <summary>Answers with an empty map, or with the error that stands for a refusal of the core.</summary>
    protected static void Conclude(Quest quest, CoreError error)
    {
        if (error == CoreError.None)
            quest.Answer();
        else
            Refuse(quest, error);
    }

    /// <summary>Answers with the error that stands for a refusal of the core.</summary>
    protected static void Refuse(Quest quest, CoreError error)
    {
        var (code, text) = RtmErrors.Of(error);
        quest.Fail(code, text);
    }

    /// <summary>Refuses at once, for handlers that have not begun to wait.</summary>
    protected static ValueTask RefuseNow(Quest quest, int code, string text)
    {
        quest.Fail(code, text);
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether a text takes more than this many bytes.</summary>
    protected static bool IsLonger(string? text, int bytes) => text is not null && Encoding.UTF8.GetByteCount(text) > bytes;

    /// <summary>A list with 1 to <paramref name="most"/> entries, or the error.</summary>
    protected static CoreError CheckList(IReadOnlyList<long> list, int most)
    {
        if (list.Count == 0)
            return CoreError.Empty;
        return list.Count > most ? CoreError.TooManyItems : CoreError.None;
    }

    /// <summary>Message types as stored; numbers that no message can have become 0, which matches none. Null when there is no filter.</summary>
    protected static IReadOnlyList<byte>? TypesOf(long[]? mtypes) =>
        mtypes is { Length: > 0 } ? [.. mtypes.Select(mtype => mtype is >= 1 and <= 127 ? (byte)mtype : (byte)0)] : null;
}
