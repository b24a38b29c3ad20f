//! What is known of Label Studio's tags: attributes that our forms carry over, and attributes that only concern looks. Everything
//! else changes what is asked, and is named.

/// Whether an attribute of this value is carried over, or changes nothing but looks.
pub(super) fn is_known(tag: &str, attribute: &str, value: &str) -> bool {
    let carried = CARRIED.iter().any(|(tags, attributes)| tags.contains(&tag) && attributes.contains(&attribute));
    // What is switched off, or left empty, is as if it were not there.
    carried || LOOKS.contains(&attribute) || matches!(value.trim(), "" | "false") || SAME.contains(&(attribute, value.trim()))
}

/// Tags that only hold others.
pub(super) const CONTAINERS: &[&str] = &["View", "Collapse", "Panel"];
/// Tags that only concern looks.
pub(super) const LOOK_TAGS: &[&str] = &["Style", "Filter"];

const CARRIED: &[(&[&str], &[&str])] = &[
    (&["Header", "Text", "HyperText", "Image", "List", "Panel"], &["name", "value", "title"]),
    (
        &[
            "Choices",
            "TextArea",
            "Number",
            "Rating",
            "Ranker",
            "Pairwise",
            "Labels",
            "RectangleLabels",
            "PolygonLabels",
            "Rectangle",
            "Polygon",
        ],
        &["name", "toName", "required"],
    ),
    (&["Choices"], &["choice"]),
    (&["TextArea"], &["maxSubmissions"]),
    (&["Rating"], &["maxRating"]),
    (&["Choice", "Label"], &["value", "alias"]),
];

/// Attributes that say how something looks, or how it is used on Label Studio's own page.
const LOOKS: &[&str] = &[
    "accordion",
    "allowNested",
    "alwaysOpen",
    "aliasStyle",
    "background",
    "brightnessControl",
    "bordered",
    "canRotate",
    "className",
    "classname",
    "clickableLinks",
    "color",
    "contrastControl",
    "crossOrigin",
    "crosshair",
    "defaultZoom",
    "display",
    "editable",
    "fillColor",
    "fillOpacity",
    "grid",
    "gridColor",
    "gridSize",
    "granularity",
    "height",
    "highlightColor",
    "horizontalAlignment",
    "hotkey",
    "icon",
    "idAttr",
    "inline",
    "label",
    "layout",
    "leftClass",
    "maxHeight",
    "maxWidth",
    "negativeZoom",
    "open",
    "opacity",
    "placeholder",
    "pointSize",
    "pointStyle",
    "requiredMessage",
    "rightClass",
    "rotateControl",
    "rows",
    "saveTextResult",
    "selectedColor",
    "selectionControl",
    "selectionEnabled",
    "selectionStyle",
    "showAlias",
    "showInLine",
    "showInline",
    "showLabels",
    "showSubmitButton",
    "showlabels",
    "size",
    "skipDuplicates",
    "slider",
    "smoothing",
    "snap",
    "strokeColor",
    "strokeWidth",
    "style",
    "target",
    "transparent",
    "underline",
    "verticalAlignment",
    "width",
    "zoom",
    "zoomBy",
    "zoomControl",
    "zoomcontrol",
];

/// Values that say what holds here in any case.
const SAME: &[(&str, &str)] =
    &[("valueType", "text"), ("encoding", "none"), ("choice", "single"), ("min", "0"), ("defaultValue", "0"), ("selected", "0")];
