"""Reading what people really have: workbooks, agency files, CSV, a province's own page."""
