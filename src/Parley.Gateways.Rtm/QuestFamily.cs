using System.Text;
using Parley.Core;
using Parley.Gateways.Rtm.Fpnn;

namespace Parley.Gateways.Rtm;

/// <summary>What the families of methods of all gates have in common.</summary>
internal abstract class QuestFamily(ParleyCore core)
{
    protected ParleyCore Core { get; } = core;

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
}
