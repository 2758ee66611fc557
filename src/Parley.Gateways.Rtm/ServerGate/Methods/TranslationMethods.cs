using Parley.Core;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>Translation for back ends (rtm-server.md §8.3).</summary>
internal sealed class TranslationMethods(ParleyCore core) : ServerMethods(core)
{
    private readonly TranslationQuests _translations = new(core);

    /// <summary>
    /// <c>translate</c>: text, dst, src? → source, target, sourceText, targetText and the older keys. type, profanity and uid are
    /// taken and mean nothing here.
    /// </summary>
    public ValueTask Translate(Quest quest, ref FpnnParameters parameters) =>
        _translations.Translate(quest, ref parameters, ProjectOf(quest));
}
