using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Parley.Server.Settings;

/// <summary>
/// Fills settings records from configuration. Stricter than the framework's binder: an unknown key, a value of the wrong type and a
/// value out of range are errors that name the key; a list replaces its default instead of growing it.
/// </summary>
internal static class SettingsBinder
{
    /// <summary>Fills a record from a section.</summary>
    public static T Bind<T>(IConfigurationSection section) where T : class, new() => (T)BindRecord(typeof(T), section);

    /// <summary>The settings of a record, in the order in which they are written.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static p => p.SetMethod is not null && p.GetIndexParameters().Length == 0);

    /// <summary>Whether a property's type is a record with settings of its own.</summary>
    public static bool IsRecord(Type type) => type.IsClass && type != typeof(string) && !typeof(IEnumerable).IsAssignableFrom(type);

    private static object BindRecord(Type type, IConfigurationSection section)
    {
        RefuseValue(section, "a group of settings");
        var record = Activator.CreateInstance(type)!;
        foreach (var child in section.GetChildren())
        {
            var property = Properties(type).FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw ParleyException.Setting($"{child.Path} is not a setting; {section.Path} has {Names(type)}");
            if (BindProperty(property, child) is { } value)
                property.SetValue(record, value);
        }
        return record;
    }

    private static string Names(Type type) => string.Join(", ", Properties(type).Select(static p => p.Name));

    private static object? BindProperty(PropertyInfo property, IConfigurationSection section)
    {
        var type = property.PropertyType;
        if (IsRecord(type))
            return BindRecord(type, section);
        if (!type.IsGenericType)
            return BindValue(SettingLimit.Of(property), section, property);
        return type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? BindList(property, section) : BindDictionary(property, section);
    }

    private static object? BindValue(SettingLimit limit, IConfigurationSection section, PropertyInfo property)
    {
        if (section.GetChildren().Any())
            throw ParleyException.Setting($"{section.Path} must be {limit.Allowed}; it is a group");
        if (section.Value is not { } text)
            return null;
        if (limit.TryRead(text, out var value))
            return value;
        var isSecret = property.Name.Contains("Secret", StringComparison.Ordinal) || property.Name == "ApiKey";
        var shown = isSecret ? "another" : $"'{text}'";
        throw ParleyException.Setting($"{section.Path} must be {limit.Allowed}; it is {shown}");
    }

    private static IList BindList(PropertyInfo property, IConfigurationSection section)
    {
        RefuseValue(section, "a list");
        var element = property.PropertyType.GetGenericArguments()[0];
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        var limit = SettingLimit.Of(property, element);
        foreach (var child in section.GetChildren().OrderBy(Position))
        {
            var value = IsRecord(element) ? BindRecord(element, child) : BindValue(limit, child, property);
            list.Add(value ?? throw ParleyException.Setting($"{child.Path} must be {limit.Allowed}; it is null"));
        }
        return list;
    }

    private static int Position(IConfigurationSection child) =>
        int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw ParleyException.Setting($"{child.Path} is not a setting; the elements of a list are numbered 0, 1, 2 …");

    private static IDictionary BindDictionary(PropertyInfo property, IConfigurationSection section)
    {
        RefuseValue(section, "a group of settings");
        var element = property.PropertyType.GetGenericArguments()[1];
        var type = typeof(Dictionary<,>).MakeGenericType(typeof(string), element);
        var dictionary = (IDictionary)Activator.CreateInstance(type, StringComparer.OrdinalIgnoreCase)!;
        var limit = SettingLimit.Of(property, element);
        foreach (var child in section.GetChildren())
        {
            if ((IsRecord(element) ? BindRecord(element, child) : BindValue(limit, child, property)) is { } value)
                dictionary.Add(child.Key, value);
        }
        return dictionary;
    }

    // an empty JSON array or object arrives as an empty value
    private static void RefuseValue(IConfigurationSection section, string wanted)
    {
        if (!string.IsNullOrEmpty(section.Value))
            throw ParleyException.Setting($"{section.Path} must be {wanted}; it is a single value");
    }
}
