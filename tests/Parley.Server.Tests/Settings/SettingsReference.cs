using System.Collections;
using System.Reflection;
using Parley.Server.Settings;

namespace Parley.Server.Tests.Settings;

/// <summary>A setting as <c>docs/settings.md</c> must tell it.</summary>
internal sealed record SettingRow(string Key, string Default, string Allowed, PropertyInfo Property);

/// <summary>All settings, found in the records.</summary>
internal static class SettingsReference
{
    public static IReadOnlyList<SettingRow> All { get; } = [.. Walk(typeof(ParleySettings), "Parley")];

    private static IEnumerable<SettingRow> Walk(Type record, string path)
    {
        var defaults = Activator.CreateInstance(record)!;
        foreach (var property in SettingsBinder.Properties(record))
        {
            var type = property.PropertyType;
            var key = $"{path}:{property.Name}";
            if (SettingsBinder.IsRecord(type))
            {
                foreach (var row in Walk(type, key))
                    yield return row;
                continue;
            }
            var element = type.IsGenericType ? type.GetGenericArguments()[^1] : null;
            var isList = element is not null && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
            var elementKey = isList ? $"{key}:N" : $"{key}:{(property.Name == "Levels" ? "CATEGORY" : "DOOR")}";
            if (element is not null && SettingsBinder.IsRecord(element))
            {
                foreach (var row in Walk(element, elementKey))
                    yield return row;
                continue;
            }
            var limit = SettingLimit.Of(property, element);
            var value = Text(property.GetValue(defaults));
            // a default outside of the range is none: the setting must be given
            var isRequired = type == typeof(long) && !limit.TryRead(value, out _);
            var allowed = limit.Allowed.Replace("a whole number from ", "", StringComparison.Ordinal);
            yield return new(element is null ? key : elementKey, isRequired ? "required" : value, allowed, property);
        }
    }

    private static string Text(object? value) => value switch
    {
        null or "" => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        int number => number.ToString("N0"),
        long number => number.ToString("N0"),
        IDictionary => "",
        IEnumerable list => string.Join(", ", list.Cast<object>()),
        _ => value.ToString()!,
    };
}
