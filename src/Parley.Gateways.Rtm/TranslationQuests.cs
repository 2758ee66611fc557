using System.Text;
using Parley.Core;
using Parley.Core.Projects;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm;

/// <summary>What client gate and server gate do alike about translation (rtm-client.md §4.11, rtm-server.md §8.3).</summary>
internal sealed class TranslationQuests(ParleyCore core) : QuestFamily(core)
{
    /// <summary>text, src?, dst → the text and its translation, under the keys of both generations (rule C-6).</summary>
    public ValueTask Translate(Quest quest, ref FpnnParameters parameters, Project project)
    {
        var text = parameters.String("text"u8);
        var source = parameters.StringOrNull("src"u8) ?? "";
        var target = parameters.String("dst"u8);
        return parameters.Failed ? quest.Reject(parameters) : TranslateAsync(quest, project, text, source, target);
    }

    private async ValueTask TranslateAsync(Quest quest, Project project, string text, string source, string target)
    {
        var outcome = await Core.Translation.TranslateAsync(
            project, text, Encoding.UTF8.GetByteCount(text), source, target, CancellationToken.None);
        if (outcome.Error != CoreError.None)
        {
            Refuse(quest, outcome.Error);
            return;
        }
        var answer = quest.BeginAnswer(8);
        answer.Write("stext"u8, text);
        answer.Write("src"u8, outcome.Source);
        answer.Write("dtext"u8, outcome.Text);
        answer.Write("dst"u8, target);
        answer.Write("sourceText"u8, text);
        answer.Write("source"u8, outcome.Source);
        answer.Write("targetText"u8, outcome.Text);
        answer.Write("target"u8, target);
        answer.Send();
    }
}
